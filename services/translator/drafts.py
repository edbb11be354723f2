"""A block on its way to English: cut into sentences, and put together again from their translations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.translator import capitals, quotes, segments
from services.translator.segments import Range
from shared.events import Block, Language

# Invisible characters that split words for an engine. The joiners (U+200C, U+200D) stay: they are spelling.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f]")
_HUNDREDTHS = {"¼": "25", "½": "5", "¾": "75"}
_FRACTION = re.compile(r"(\d)([¼½¾])")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Sentence:
    """`source` lies at `place` of the block's text, quotation marks made plain. `asked` is what the engine is given;
    None where there is nothing to translate and the source is copied."""

    place: Range
    source: str
    asked: str | None


@dataclass(frozen=True)
class Draft:
    """A block, its language and its sentences."""

    block: Block
    language: Language
    sentences: tuple[Sentence, ...]

    @property
    def asked(self) -> list[str]:
        return [sentence.asked for sentence in self.sentences if sentence.asked]


def draft(block: Block, language: Language) -> Draft:
    return Draft(block, language, tuple(_sentence(block.text, place) for place in segments.split(block.text, language)))


def for_engine(text: str) -> str:
    """`text` without invisible characters, with single spaces, plain quotation marks, decimals for `½`, which engines read
    as anything but a half, and small letters for a line in capitals."""
    decimals = _FRACTION.sub(lambda half: f"{half[1]},{_HUNDREDTHS[half[2]]}", _INVISIBLE.sub("", text))
    tidy = quotes.tidy(_SPACES.sub(" ", decimals)).strip()
    return capitals.spoken(tidy) if capitals.is_shouted(tidy) and not segments.verbatim(tidy) else tidy


def outputs(draft: Draft, good: Mapping[str, str]) -> list[str] | None:
    """The English of each sentence; None where one has no good translation, for then the block stays as it is."""
    if any(text not in good for text in draft.asked):
        return None
    return [
        _capitalised(sentence, good[sentence.asked]) if sentence.asked else sentence.source for sentence in draft.sentences
    ]


def joined(draft: Draft, english: Sequence[str]) -> tuple[str, list[int]]:
    """The block's English text and where each sentence starts in it. Line breaks stay; sentences stand one space apart."""
    text, starts = "", []
    for number, sentence in enumerate(draft.sentences):
        if number:
            before = draft.sentences[number - 1]
            gap = draft.block.text[before.place[1] : sentence.place[0]]
            apart = gap or before.asked or sentence.asked  # an endless word was cut only for its length
            text += "\n" if "\n" in gap else " " if apart else ""
        starts.append(len(text))
        text += english[number]
    return quotes.english(text), starts


def _capitalised(sentence: Sentence, english: str) -> str:
    """As the source has it: in capitals throughout, or with one at the beginning."""
    if capitals.is_shouted(sentence.source):
        return english.upper()
    return english[:1].upper() + english[1:] if sentence.source[:1].isupper() else english


def _sentence(text: str, place: Range) -> Sentence:
    source = quotes.plain(text[place[0] : place[1]])
    return Sentence(place, source, for_engine(source) if segments.has_language(source) else None)
