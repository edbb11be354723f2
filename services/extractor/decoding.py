"""Bytes to text, with the names and the order of a browser (WHATWG Encoding Standard), but believing the bytes first.

Servers and pages declare charsets that are wrong. Text that is valid UTF-8 and not plain ASCII is UTF-8 by all
probability, whatever was declared; what is not UTF-8 is read as declared, the page before the header.
"""

import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

# Encodings whose text is 7-bit, so that it passes for ASCII: only the declaration tells them.
ESCAPED = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
# Damage a page may have (a character cut in two, an advertisement in another charset) and still be in that encoding.
TOLERATED_DAMAGE = 0.02
SAMPLE_BYTES = 65_536
# Bytes that no text holds in any encoding (WHATWG MIME Sniffing §5), NUL aside, which UTF-16 has; a stray one is forgiven.
BINARY = bytes({*range(0x01, 0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)})
TOLERATED_BINARY = 0.02

# The legacy encoding of a page by its language (WHATWG HTML §13.2.3.2), for pages whose declared one is wrong.
LEGACY = {
    **dict.fromkeys(("be", "bg", "ky", "mk", "ru", "sr", "tg", "tt", "uk"), "cp1251"),
    **dict.fromkeys(("cs", "hu", "pl", "sk", "sl", "hr", "ro"), "cp1250"),
    **dict.fromkeys(("ar", "fa"), "cp1256"),
    **dict.fromkeys(("az", "ku", "tr"), "cp1254"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(
        ("ca", "da", "de", "en", "es", "fi", "fr", "gl", "is", "it", "nb", "nl", "nn", "no", "pt", "sv"), "cp1252"
    ),
    "el": "cp1253",
    "he": "cp1255",
    "ja": "cp932",
    "ko": "cp949",
    "th": "cp874",
    "vi": "cp1258",
}

_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
# Control characters that no document may hold; NUL would end the text for the C parser.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`, without control characters. Never raises: what cannot be read becomes U+FFFD."""
    return _CONTROLS.sub("", _text(body, content_type))


def is_binary(body: bytes) -> bool:
    """Whether `body` is an image, an archive or the like, whatever it was declared to be."""
    sample = body[:SAMPLE_BYTES]
    return len(sample) - len(sample.translate(None, BINARY)) > TOLERATED_BINARY * len(sample)


def _text(body: bytes, content_type: str) -> str:
    marked, bom = read_bom(body)
    if marked and bom:
        return body[len(bom) :].decode(marked, "replace")
    declared = _declared(body, content_type)
    if any(name in ESCAPED for name in declared) and (b"\x1b" in body or b"~{" in body):
        return body.decode(declared[0], "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _damage(body, "utf-8") < TOLERATED_DAMAGE:
        return body.decode("utf-8", "replace")
    for name in declared:
        if _damage(body, name) < TOLERATED_DAMAGE:
            return body.decode(name, "replace")
    if (legacy := _legacy(body)) and _damage(body, legacy) < TOLERATED_DAMAGE:
        return body.decode(legacy, "replace")
    guess = from_bytes(body[:SAMPLE_BYTES]).best()
    return body.decode(guess.encoding if guess else "cp1252", "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    xml = _XML_DECLARED.match(body[:200])
    names = (
        html_body_declared_encoding(body[:4096]),
        xml.group(1).decode("ascii") if xml else None,
        http_content_type_encoding(content_type),
    )
    known = (resolve_encoding(name) for name in names if name)
    return [name for name in dict.fromkeys(known) if name]


def _legacy(body: bytes) -> str | None:
    """The encoding that a page in its language would have had before UTF-8."""
    told = _LANGUAGE.search(body[:4096])
    return LEGACY.get(told.group(1).decode("ascii").lower()) if told else None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of markup is NUL."""
    head = body[:512]
    if len(head) >= 16 and head.count(0) > len(head) * 0.3:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return None


def _damage(body: bytes, encoding: str) -> float:
    """Share of the non-ASCII bytes, of which there are some, that `encoding` cannot read."""
    high = sum(map(body.count, range(128, 256))) if len(body) < 4096 else len(body.translate(None, bytes(range(128))))
    try:
        return body.decode(encoding, "replace").count("\ufffd") / high
    except LookupError:
        return 1.0
