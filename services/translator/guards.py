"""Whether an engine's output can be a translation of what it was given. Every fault here was seen from a real engine."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from services.translator import english, figures, segments
from shared.events import Language

UNKNOWN: Language = "und"

REPEATS = 4
LONGEST_NGRAM = 6
LOOSE_NGRAM = 3
# So many words in a row come twice only where the source says something twice.
LONG_NGRAM, SAID_TWICE = 6, 3
ECHO_LEAST_WORDS = 4
ECHO_LIKENESS = 95.0
LONGEST_WORD = 60
# English characters for one of the source, on news sentences (NTREX, 1,007 of each language); else 0.93, or by script.
LENGTHS: dict[Language, float] = {
    "ar": 1.07, "bs": 0.97, "ca": 0.87, "cs": 1.04, "de": 0.84, "el": 0.83, "eu": 0.90, "fa": 1.01, "fr": 0.84, "gl": 0.92,
    "he": 1.23, "hi": 0.95, "hr": 0.96, "id": 0.86, "is": 0.94, "it": 0.86, "ja": 2.19, "ko": 1.83, "mk": 0.93, "nl": 0.86,
    "pl": 0.89, "pt": 0.90, "ro": 0.85, "ru": 0.90, "es": 0.86, "sr": 0.96, "sv": 1.00, "th": 1.05, "tr": 0.93, "uk": 0.95,
    "vi": 0.91, "zh": 2.90,
}  # fmt: skip
LENGTH_ELSEWHERE = 0.93
LENGTHS_BY_SCRIPT = {"ideographic": 2.9, "kana": 2.2, "syllabic": 1.8, "vowelless": 1.1, "alphabetic": LENGTH_ELSEWHERE}
# The spread of that ratio's logarithm, on recorded outputs: about 0.05 between alphabets, 0.1 from Chinese, Japanese and
# Korean; people who translate freely spread thrice as much. A heading of few words swings more.
SPREAD, SPREAD_FROM_DENSE, SPREAD_OF_SHORT = 0.10, 0.16, 0.95
DENSE = 1.5  # English characters for one: a script that says much in a character
MOST_SPREADS, MOST_SPREADS_WITH_MORE_SENTENCES = 4.0, 1.0
LEAST_SPREADS_IF_CUT_OFF = 1.0
SLACK_CHARACTERS = 20
MOST_CHARACTERS_FOR_ONE, ENDLESS_CHARACTERS = 12, 1000  # no script says so much in one

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LATIN = re.compile(r"[A-Za-z]+")
_SYLLABIC = re.compile(r"[\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_IDEOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_VOWELLESS = re.compile(r"[\u0590-\u06ff]")
# Controls, halves of surrogate pairs, what could not be decoded, an open entity or tag.
_GARBAGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]|&(?:amp|quot|lt|gt|#\d+);|</?\w[^<>]{0,40}>")
_CLOSING = r"[\"'”’»)\]]*"
_ENDS = re.compile(rf"[.!?…。！？।؟۔]{_CLOSING}(?=\s|$)|[。！？]")
_HALVES = re.compile(r"[;:؛；：](?=\s|$)|[；：]")
_SURE_END = re.compile(rf"(?<![A-Z])(?<!\b[A-Z]\w)(?:(?<=[a-z0-9\"”)%])\.|[!?…]){_CLOSING}\s+(?=[\"“'(]*[A-Z0-9])")
_ABBREVIATED = re.compile(
    r"\b(?:Mrs?|Ms|Dr|St|Gen|Sen|Gov|Rep|Lt|Col|Capt|Prof|Jr|Sr|Inc|Ltd|Co|Corp|vs|[Nn]o|[Ff]ig|approx|etc|al|[ap]\.m|Jan|Feb"
    r"|Aug|Sept?|Oct|Nov|Dec|\.\w)$"
)
_LAST_END = re.compile(rf"[.!?…。！？।؟۔:]{_CLOSING}\s*$")

NAMES = (
    "empty", "echo", "language", "garbage", "repetition", "run_on", "remainder", "length", "digits", "dates", "verbatim",
)  # fmt: skip


def fault(source: str, output: str, language: Language = UNKNOWN) -> str | None:
    """The name of the first guard that refuses `output` as English for `source`, or None: empty, echo, language,
    garbage, repetition, run_on, remainder, length, digits, dates, verbatim."""
    if _GARBAGE.search(output) and not _GARBAGE.search(source):
        return "garbage"
    folded_output, folded_source = _folded(output), _folded(source)
    said, given = _WORD.findall(folded_output), _WORD.findall(folded_source)
    if not said:
        return "empty"
    if _is_prose(source, given) and (said == given or fuzz.ratio(folded_source, folded_output) > ECHO_LIKENESS):
        return "echo"
    if _repeats(said, given, source) or max(map(len, said)) > max(LONGEST_WORD, *map(len, given), 0):
        return "repetition"
    if why := english.doubt(segments.without_verbatim(source), segments.without_verbatim(output)):
        return why
    spreads = _spreads(source, output, language)
    if _goes_on(source, output, spreads):
        return "run_on"
    if abs(spreads) > MOST_SPREADS or (spreads < -LEAST_SPREADS_IF_CUT_OFF and _is_cut_off(source, output)):
        return "length"
    if not figures.numbers_kept(source, output):
        return "digits"
    if not figures.dates_kept(source, output, language):
        return "dates"
    if not all(kept in output for kept in segments.verbatim(source)):
        return "verbatim"
    return None


def is_endless(source: str, output: str) -> bool:
    """Whether it is so long that nothing else need be asked: a loop may fill a gigabyte."""
    return len(output) > MOST_CHARACTERS_FOR_ONE * len(source) + ENDLESS_CHARACTERS


def is_empty(output: str) -> bool:
    """Whether there is no word in it."""
    return not _WORD.search(output)


def _folded(text: str) -> str:
    return text.casefold().replace("\u0307", "").replace("ı", "i")  # Turkish capitals


def _is_prose(text: str, words: Sequence[str]) -> bool:
    # Names and titles stay as they are; a sentence has words in lower case, or letters of a script without cases.
    lower = sum(1 for word in _WORD.findall(text) if word[0].islower())
    caseless = sum(1 for character in text if character.isalpha() and not (character.islower() or character.isupper()))
    return lower >= ECHO_LEAST_WORDS or caseless >= 2 * ECHO_LEAST_WORDS


def _repeats(said: Sequence[str], given: Sequence[str], source: str) -> bool:
    most = _most_repeated(said)
    if most >= REPEATS and most > _most_repeated(given):
        return True
    ngrams = Counter(tuple(said[i : i + LONG_NGRAM]) for i in range(len(said) - LONG_NGRAM + 1))
    return max(ngrams.values(), default=1) > 1 and not _says_twice(source, given)


def _says_twice(source: str, given: Sequence[str]) -> bool:
    units = given if len(given) * 12 > len(source) else source  # words, or the characters of scripts without spaces
    length = SAID_TWICE if units is given else 2 * SAID_TWICE
    ngrams = Counter(tuple(units[i : i + length]) for i in range(len(units) - length + 1))
    return max(ngrams.values(), default=1) > 1


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


def _spreads(source: str, output: str, language: Language) -> float:
    """How far the length is from what is expected, in standard deviations; between short texts anything is possible."""
    ratio = LENGTHS.get(language) or LENGTHS_BY_SCRIPT[_script(source)]
    # Names in Latin letters are as long in English, whatever stands round them.
    latin = sum(map(len, _LATIN.findall(source))) if ratio > DENSE else 0
    expected = latin + (len(source) - latin) * ratio
    apart = len(output) - expected
    if abs(apart) <= SLACK_CHARACTERS:
        return 0.0
    spread = math.hypot(SPREAD_FROM_DENSE if ratio > DENSE else SPREAD, SPREAD_OF_SHORT / math.sqrt(max(1.0, expected)))
    return math.log(len(output) / max(1.0, expected)) / spread


def _goes_on(source: str, output: str, spreads: float) -> bool:
    """Whether there are more sentences than there were, and the last has no end or the whole is long for it."""
    ends = sum(1 for end in _SURE_END.finditer(output) if not _ABBREVIATED.search(output, 0, end.start()))
    given = max(1, len(_ENDS.findall(source)))
    if ends < given:
        return False
    if _is_cut_off(source, output):
        return True
    return ends >= given + len(_HALVES.findall(source)) and spreads > MOST_SPREADS_WITH_MORE_SENTENCES


def _is_cut_off(source: str, output: str) -> bool:
    return bool(_LAST_END.search(source)) and not _LAST_END.search(output)


def _script(text: str) -> str:
    if len(_KANA.findall(text)) * 6 > len(text):
        return "kana"
    for script, letters in (("ideographic", _IDEOGRAPHIC), ("syllabic", _SYLLABIC), ("vowelless", _VOWELLESS)):
        if len(letters.findall(text)) * 3 > len(text):
            return script
    return "alphabetic"
