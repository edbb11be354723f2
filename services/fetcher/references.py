"""Numeric character references that name no character of XML (https://www.w3.org/TR/xml/#charsets).

One of them would cost the whole feed: feedparser and lxml raise on it. Emoji written as the two halves of UTF-16 are common.
"""

import re

REPLACEMENT = 0xFFFD
LARGEST = 0x10FFFF
_RUN = re.compile(rb"(?:&#(?:x[0-9a-f]+|[0-9]+);?)+", re.IGNORECASE)
_ONE = re.compile(rb"&#(?:x0*([0-9a-f]+)|0*([0-9]+))", re.IGNORECASE)


def mended(body: bytes) -> bytes:
    """`body`, in any encoding that has ASCII in it, with two halves put together and U+FFFD for what is no character."""
    return _RUN.sub(_characters, body)


def _characters(run: re.Match[bytes]) -> bytes:
    codes = [_code(*one.groups()) for one in _ONE.finditer(run[0])]
    if all(_is_character(code) for code in codes):
        return run[0]
    halves = "".join(chr(code if _is_character(code) or _is_half(code) else REPLACEMENT) for code in codes)
    return "".join(f"&#{ord(one)};" for one in halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")).encode()


def _code(hexadecimal: bytes | None, decimal: bytes | None) -> int:
    digits = hexadecimal or decimal or b""
    # Thousands of digits would be slow to read, and Python refuses to.
    return int(digits, 16 if hexadecimal else 10) if len(digits) <= len(str(LARGEST)) else LARGEST + 1


def _is_half(code: int) -> bool:
    return 0xD800 <= code <= 0xDFFF


def _is_character(code: int) -> bool:
    return code in (0x9, 0xA, 0xD) or (0x20 <= code <= LARGEST and not _is_half(code) and code not in (0xFFFE, 0xFFFF))
