"""Whether a text is English, wholly: other scripts, the source's own words, another language's words."""

import re
from collections.abc import Iterator, Sequence

from services.translator import language


def _list(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A quarter of any English text; words that mean something in another language of Latin letters are not among them.
_COMMON = _list(
    "the and that with which this were they from their would his who its these been said has there when what could should"
    " about after before because between during through while where also into than then other how more such only first our"
    " your my does did not are it she you of at him us might may must will each both being"
)
# With them and these a heading is English enough.
_COMMON_ELSEWHERE_TOO = _list("to for is was be by on as or an he we have had in a do so out new over all one two up if")
LEAST_COMMON = 0.06
SURE_COMMON = 0.2
LEAST_SMALL_WORDS = 2
MOST_ELSEWHERE = 2
SURE_LETTERS = 60
# Letters of another script: a name in brackets, an example; more is a rest that was not translated.
MOST_FOREIGN, MOST_FOREIGN_SHARE, WHOLLY_FOREIGN = 12, 0.12, 0.6
# So many words in a row are the source's own only in a title.
RUN = 4
LEAST_LETTERS_OF_RUN = 6
LONGEST_UNIT = 3  # `mph`, `et al`

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LATIN_ENDS = 0x0370
_ASCII_LETTER = re.compile("[A-Za-z]")
_IDEOGRAPHIC_FROM = 0x3040


def doubt(source: str, output: str) -> str | None:
    """`remainder` where a part of the output is not English, `language` where all of it is not, else None."""
    foreign, letters = _foreign(output)
    if foreign > WHOLLY_FOREIGN * letters:
        return "language"
    if foreign > MOST_FOREIGN_SHARE * letters or foreign > MOST_FOREIGN:
        return "remainder"
    words = _WORD.findall(output)
    common = sum(1 for word in words if word.casefold() in _COMMON) / max(1, len(words))
    if common >= SURE_COMMON:
        wrong = False
    else:
        small = {word for word in words if word.isalpha() and word.islower()}
        wrong = common < LEAST_COMMON and len(small) >= LEAST_SMALL_WORDS and _is_another(output, small)
    if wrong:
        return "language"
    return "remainder" if _own_words(_WORD.findall(source), words) else None


def _is_another(text: str, small: set[str]) -> bool:
    if sum(1 for character in text if character.isalpha()) >= SURE_LETTERS:
        return language.of_block(text, "en") != "en"
    if small & _COMMON or len(small & _COMMON_ELSEWHERE_TOO) > MOST_ELSEWHERE:
        return False
    return language.identify(text) not in ("en", language.UNDETERMINED)


def _foreign(text: str) -> tuple[int, int]:
    """Letters beyond the Latin ones, a Chinese one counted as three, and all letters."""
    if text.isascii():
        return 0, len(_ASCII_LETTER.findall(text))
    foreign = letters = 0
    for character in text:
        if character.isalpha():
            weight = 3 if ord(character) >= _IDEOGRAPHIC_FROM else 1
            letters += weight
            foreign += weight if ord(character) >= _LATIN_ENDS and not 0x1E00 <= ord(character) < 0x2100 else 0
    return foreign, letters


def _own_words(source: Sequence[str], output: Sequence[str]) -> bool:
    """Whether a run of the output's words is the source's, small words among them that are no English ones; an English
    title that the source has, too, is none."""
    runs = {tuple(source[i : i + RUN]) for i in range(len(source) - RUN + 1)}
    ends = [i + RUN for i in range(len(output) - RUN + 1) if tuple(output[i : i + RUN]) in runs]
    for start, end in _joined(ends):
        small = {word for word in output[start:end] if word.islower() and word.isalpha() and word not in _COMMON}
        letters = sum(len(word) for word in small if len(word) > LONGEST_UNIT)
        if letters >= LEAST_LETTERS_OF_RUN and language.identify(" ".join(output[start:end])) != "en":
            return True
    return False


def _joined(ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The runs that end there, those that overlap as one."""
    start = last = -1
    for end in ends:
        if end != last + 1:
            if last > 0:
                yield start, last
            start = end - RUN
        last = end
    if last > 0:
        yield start, last
