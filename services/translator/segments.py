"""Sentences of a block's text, as ranges. No two overlap, and together they hold every character that is not a space."""

import re
import unicodedata
from collections.abc import Iterator

import sentencex

from shared.events import Language

Range = tuple[int, int]  # start and end in code points

# Small models loop on long input; a Chinese or Japanese character carries about as much as three letters.
LONGEST = 400
LONGEST_CJK = 150
CJK_SHARE = 0.3
# Nobody writes a word this long where words are set apart: an encoded attachment, a run of underscores.
LONGEST_WORD = 80

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LINE = re.compile(r"[^\n]+")
_NOT_LANGUAGE = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<!\w)@\w+")
_CUTS = tuple(re.compile(pattern) for pattern in (r"[.!?…][\"'”’»)]*\s|[。！？]", r"[;:—]\s|[；：]", r",\s|[，、]", r"\s"))

# After these sentencex sees an end that is none (facts measured on hand-made news sentences).
_ABBREVIATIONS: dict[Language, str] = {
    "fr": r"Dr|Mme|Mlle|Me|MM|art|janv|févr|juil|sept|oct|nov|déc|av|env|p",
    "pt": r"S|Sr|Sra|Dr|Dra|Prof|bi|mi|art|pág|av|Exmo|n",
    "it": r"on|sig|dott|avv|art|pag|prof",
    "pl": r"r|tzw|prof|dr|ul|im|św|godz|tys|mln|mld",
    "tr": r"\d+",
    "ar": r"د|أ|م",
    "hi": r"डॉ|रु|श्री",
}


def split(text: str, language: Language) -> list[Range]:
    """The sentences of `text`, trimmed, none longer than the engines bear."""
    limit = LONGEST_CJK if len(_CJK.findall(text)) > CJK_SHARE * len(text) else LONGEST
    return [
        part
        for line in _LINE.finditer(text)
        for sentence in _sentences(line[0], line.start(), language)
        for part in _bounded(text, sentence, limit)
    ]


def pieces(text: str) -> list[str]:
    """A sentence in two or more parts, cut where it hurts least; the sentence alone where it is one word."""
    middle = _cut(text, 0, max(len(text) * 2 // 3, 1))
    return [part for part in (text[:middle].strip(), text[middle:].strip()) if part]


def has_language(text: str) -> bool:
    """Whether there is anything to translate: not in a URL, a number, an emoji or an endless word."""
    rest = _NOT_LANGUAGE.sub(" ", text)
    return any(
        any(character.isalpha() for character in word) and (len(word) <= LONGEST_WORD or _UNSPACED.search(word))
        for word in rest.split()
    )


def _sentences(line: str, offset: int, language: Language) -> Iterator[Range]:
    abbreviated = re.compile(rf"(?:^|[\s(«“\"])(?:{_ABBREVIATIONS[language]})\.\s*$") if language in _ABBREVIATIONS else None
    start = 0
    ends = [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, line)]
    for end in ends:
        before, after = line[max(start, end - 20) : end], line[end : end + 1]
        if after and (after.islower() or after in "ºªと" or (abbreviated and abbreviated.search(before))):
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
    start, end = sentence
    while end - start > limit:
        cut = _cut(text, start, start + limit)
        yield from _trimmed(text, start, cut, 0)
        start = cut
    yield from _trimmed(text, start, end, 0)


def _cut(text: str, start: int, end: int) -> int:
    """Where to cut `text[start:end]`: after the last mark of the strongest kind in its second half, else at its end."""
    for kind in _CUTS:
        marks = [match.end() for match in kind.finditer(text, start + (end - start) // 3, end)]
        if marks:
            return marks[-1]
    return end
