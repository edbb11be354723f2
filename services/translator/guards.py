"""Whether an engine's output can be a translation of what it was given. Every fault here was seen from a real engine."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from services.translator import segments

REPEATS = 4
LONGEST_NGRAM = 6
LOOSE_NGRAM = 3
ECHO_LEAST_WORDS = 4
LONGEST_WORD = 60
# Characters out per character in. Chinese and Japanese say much in one character; Hebrew and Arabic leave vowels out.
RATIOS = {"alphabetic": (0.3, 3.0), "vowelless": (0.3, 4.0), "syllabic": (0.6, 6.0), "ideographic": (0.8, 9.0)}
SLACK_CHARACTERS = 20  # short headings swing widely

_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
# Grouped by spaces only where groups are whole: `1 500,50`, but not `2024 200`.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*")
_SYLLABIC = re.compile(r"[\uac00-\ud7af]")
_IDEOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_VOWELLESS = re.compile(r"[\u0590-\u06ff]")


def fault(source: str, output: str) -> str | None:
    """The name of the first guard that refuses `output`, or None: empty, echo, repetition, run_on,
    length, digits, verbatim."""
    said, given = _WORD.findall(output.casefold()), _WORD.findall(source.casefold())
    if not said:
        return "empty"
    if said == given and _is_prose(source):
        return "echo"
    if _most_repeated(said) >= REPEATS and _most_repeated(said) > _most_repeated(given):
        return "repetition"
    if max(map(len, said)) > max(LONGEST_WORD, *map(len, given), 0):
        return "run_on"
    low, high = RATIOS[_script(source)]
    if not low * len(source) - SLACK_CHARACTERS <= len(output) <= high * len(source) + SLACK_CHARACTERS:
        return "length"
    if not _numbers_kept(source, output):
        return "digits"
    if not all(kept in output for kept in segments.verbatim(source)):
        return "verbatim"
    return None


def _is_prose(text: str) -> bool:
    # Names and titles stay as they are; a sentence has words in lower case (or a script without cases).
    return sum(1 for word in _WORD.findall(text) if not word[0].isupper() and word[0].isalpha()) >= ECHO_LEAST_WORDS


def _most_repeated(words: Sequence[str]) -> int:
    """The most times that an n-gram comes in direct succession, or a longer one comes anywhere."""
    anywhere = Counter(tuple(words[i : i + LOOSE_NGRAM]) for i in range(len(words) - LOOSE_NGRAM + 1))
    most = max(anywhere.values(), default=1)
    for n in range(1, LONGEST_NGRAM + 1):
        run = 0
        for i in range(n, len(words)):
            run = run + 1 if words[i] == words[i - n] else 0
            most = max(most, run // n + 1)
    return most


def _script(text: str) -> str:
    for script, letters in (("ideographic", _IDEOGRAPHIC), ("syllabic", _SYLLABIC), ("vowelless", _VOWELLESS)):
        if len(letters.findall(text)) * 3 > len(text):
            return script
    return "alphabetic"


def _numbers_kept(source: str, output: str) -> bool:
    """Whether each number of two digits or more is there, however it is grouped (`1.500,50` as `1,500.50`)."""
    there = " ".join(_numbers(output))
    return all(number in there for number in _numbers(source) if len(number) > 1)


def _numbers(text: str) -> list[str]:
    return [_digits(match[0]) for match in _NUMBER.finditer(text)]


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(character)) for character in number if character.isdecimal())
