"""Sentences of a block's text, as ranges. No two overlap, and together they hold every character that is not a space."""

import re
import unicodedata
from collections.abc import Iterator

import sentencex

from shared.events import Language

Range = tuple[int, int]  # start and end in code points

# Small models loop on long input; a Chinese or Japanese character carries about as much as three letters.
LONGEST = 500
LONGEST_CJK = 150
CJK_SHARE = 0.3
# Nobody writes a word this long where words are set apart: an encoded attachment, a run of underscores.
LONGEST_WORD = 80
MOST_MARKS = 8  # on one letter; more are an attack

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LINE = re.compile(r"[^\n]+")
# Addresses and emoji mean the same in every language, and engines mangle them.
_VERBATIM = re.compile(
    r"\b(?:https?://|www\.)\S*[\w/]|(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+|(?<!\w)@\w+"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff][\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]*"
)
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CUTS = tuple(re.compile(pattern) for pattern in (r"[.!?…][\"'”’»)]*\s|[。！？]", r"[;:—]\s|[；：]", r",\s|[，、]", r"\s"))

# After these sentencex sees an end that is none (facts measured on hand-made news sentences).
_ABBREVIATIONS: dict[Language, str] = {
    "ar": r"د|أ|م",
    "cs": r"např|tzv|č|tis|mil|mld|hod|ul|sv",
    "de": r"St|Nr|bzw|ca|Abs|Art|Mio|Mrd|Prof|geb",
    "es": r"St|Sta|Sto|núm|art|pág|Uds?|Mons|aprox",
    "fr": r"Dr|Mme|Mlle|Me|MM|art|janv|févr|juil|sept|oct|nov|déc|av|env|p|St|Ste|Mgr",
    "hi": r"डॉ|रु|श्री",
    "it": r"on|sig|dott|avv|art|pag|prof|mons",
    "nl": r"dhr|mevr|drs|mr|dr|nr|resp|ca",
    "pl": r"r|tzw|prof|dr|ul|im|św|godz|tys|mln|mld",
    "pt": r"S|St|Sta|Sto|Sr|Sra|Dr|Dra|Prof|bi|mi|art|pág|séc|núm|av|Exmo|n|aprox|Eng|Gen|Mons",
    "ro": r"nr|str|dl|dna|art|sf",
    "ru": r"г|гг|ул|им|тыс|млн|млрд|руб|св|ст",
    "sv": r"bl|dvs|t|ca|kl|nr|st",
    "tr": r"\d+|Dr|Av|Prof|Doç",
    "uk": r"р|рр|вул|ім|тис|млн|млрд|грн|св|ст",
}
# `E.U.A.,`: a capital with its stop, another letter directly behind it.
_INITIALS = re.compile(r"(?:^|[\s.(«“\"'’])[^\W\d_]\.$")


def split(text: str, language: Language) -> list[Range]:
    """The sentences of `text`, trimmed, none longer than the engines bear; an endless word stands alone, whole."""
    limit = LONGEST_CJK if len(_CJK.findall(text)) > CJK_SHARE * len(text) else LONGEST
    return [
        part
        for line in _LINE.finditer(text)
        for sentence in _sentences(line[0], line.start(), language)
        for part in _bounded(text, sentence, limit)
    ]


def verbatim(text: str) -> list[str]:
    """What of `text` must stand in its translation as it is: addresses and emoji."""
    return _VERBATIM.findall(text)


def without_verbatim(text: str) -> str:
    """`text` without its addresses and emoji."""
    return _VERBATIM.sub(" ", text)


def pieces(text: str) -> list[str]:
    """A sentence in two or more parts: apart from what stays as it is, else cut where it hurts least; the sentence alone
    where it is one word."""
    apart = [part.strip() for part in re.split(f"({_VERBATIM.pattern})", text)]
    if len(apart) > 1:
        return [part for part in apart if part]
    middle = _mark(text, 0, len(text) * 2 // 3) or (len(text) // 2 if _UNSPACED.search(text) else 0)
    return [part for part in (text[:middle].strip(), text[middle:].strip()) if part]


def has_language(text: str) -> bool:
    """Whether there is anything to translate: not in a URL, a number, an emoji or an endless word."""
    return any(
        any(character.isalpha() for character in word) and not _is_endless(word) for word in _VERBATIM.sub(" ", text).split()
    )


def _sentences(line: str, offset: int, language: Language) -> Iterator[Range]:
    abbreviated = (
        re.compile(rf"(?:^|[\s(«“\"'’])(?:{_ABBREVIATIONS[language]})\.\s*$") if language in _ABBREVIATIONS else None
    )
    start = 0
    ends = [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, line)]
    for end in ends:
        before, after = line[max(start, end - 20) : end], line[end : end + 1]
        if (
            after
            and not _VERBATIM.match(line, end)
            and (
                after.islower()
                or after in "ºªと"
                or (abbreviated and abbreviated.search(before))
                or (after.isalpha() and _INITIALS.search(before))
            )
        ):
            continue
        yield from _trimmed(line, start, end, offset)
        start = end
    if start < len(line):
        yield from _trimmed(line, start, len(line), offset)


def _trimmed(line: str, start: int, end: int, offset: int) -> Iterator[Range]:
    while start < end and _is_blank(line[start]):
        start += 1
    while end > start and _is_blank(line[end - 1]):
        end -= 1
    if start < end:
        yield offset + start, offset + end


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"  # a zero-width character alone says nothing


def _bounded(text: str, sentence: Range, limit: int) -> Iterator[Range]:
    start, last = sentence
    for word in _ENDLESS.finditer(text, start, last):
        if _is_endless(word[0]):
            yield from _short(text, start, word.start(), limit)
            yield word.span()
            start = word.end()
    yield from _short(text, start, last, limit)


def _short(text: str, start: int, end: int, limit: int) -> Iterator[Range]:
    while end - start > limit:
        cut = _mark(text, start, start + limit) or _before_marks(text, start + limit)
        yield from _trimmed(text, start, cut, 0)
        start = cut
    yield from _trimmed(text, start, end, 0)


def _before_marks(text: str, cut: int) -> int:
    """`cut`, or where the letter begins whose vowel signs and accents it would part."""
    back = cut
    while back > cut - MOST_MARKS and unicodedata.category(text[back])[0] == "M":
        back -= 1
    return back if unicodedata.category(text[back])[0] != "M" else cut


def _mark(text: str, start: int, end: int) -> int | None:
    """Behind the last mark of the strongest kind in `text[start:end]`, its first third apart."""
    for kind in _CUTS:
        marks = [match.end() for match in kind.finditer(text, start + (end - start) // 3, end)]
        if marks:
            return marks[-1]
    return None


def _is_endless(word: str) -> bool:
    return len(word) > LONGEST_WORD and not _UNSPACED.search(word)
