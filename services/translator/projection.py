"""Inline markup carried over to the translation of a sentence.

What is published is the translation of the plain sentence; where a span lies in it is found by, in this order: the
sentence as a whole; the same pair of quotation marks; the same words (names, numbers); a second translation, of a long
sentence in part, with marks round the span; the span translated alone. Measured on news sentences, this beats sending
markup through an engine.
"""

import re

from rapidfuzz import fuzz

from services.translator import quotes
from services.translator.segments import Range

MARK = "**"
LEAST_SIMILARITY = 60.0  # of 100
DISTANCE_COST = 15.0  # of two places alike, the one nearer to where it was expected
# A word may become two, an article or a particle may come with it.
MOST_GROWTH, SLACK_WORDS = 2, 3
# So many words on either side tell an engine what the span's mean; more cost time and, if the sentence is long, the marks.
WORDS_AROUND = 8
MOST_OF_SENTENCE = 0.65  # above, it stays whole
WHOLE_SHARE = 0.85  # of the output's words that a second translation of the whole has at least
# Combining marks and joiners belong to the word they stand in; an English genitive's 's does not.
_LETTERS = r"[\w\u0300-\u036f\u200c\u200d]+"
WORD = re.compile(rf"(?!(?<=\w['’])s\b){_LETTERS}(?:['’\-.&/](?!(?<=['’])s\b){_LETTERS})*")


def words(text: str) -> list[Range]:
    return [match.span() for match in WORD.finditer(text)]


def snapped(text: str, start: int, end: int) -> Range | None:
    """The range from the first word to the last that `text[start:end]` touches; None where it touches none."""
    touched = [word for word in words(text) if word[0] < end and start < word[1]]
    return (touched[0][0], touched[-1][1]) if touched else None


def at_once(source: str, span: Range, output: str) -> Range | None:
    """Where the span lies, if one pass tells: the whole sentence, the same quotation, or the same words."""
    inner, whole = snapped(source, *span), snapped(source, 0, len(source))
    if source == output:
        return inner or (span if span[0] < span[1] else None)
    if inner is None:
        return None
    if inner == whole:
        everything = span[0] == 0 and span[1] == len(source)
        return (0, len(output)) if everything else snapped(output, 0, len(output))
    return _same_quotation(source, inner, output) or _same_words(source, inner, output)


def marked(source: str, span: Range) -> str | None:
    """`source`, of a long sentence the words around the span, with marks round those of the span, to be translated a second
    time."""
    inner = snapped(source, *span)
    if inner is None or MARK in source:
        return None
    start, end = _around(source, inner)
    return f"{source[start : inner[0]]}{MARK}{source[inner[0] : inner[1]]}{MARK}{source[inner[1] : end]}"


def from_marked(translated: str, output: str, expected: float | None = None) -> Range | None:
    """Where the words between the marks of the second translation lie in the first; `expected` as `like` has it, where the
    second is of a part only."""
    parts = translated.split(MARK)
    if len(parts) != 3:
        return None
    before, between, after = (len(words(part)) for part in parts)
    places, rest = words(output), before + between + after
    if not between:
        return None
    if rest == len(places) and "".join(WORD.findall(" ".join(parts))) == "".join(WORD.findall(output)):
        return places[before][0], places[before + between - 1][1]
    if expected is None or rest >= WHOLE_SHARE * len(places):
        expected = (before + between / 2) / rest
    return like(parts[1], output, expected)


def like(wanted: str, output: str, expected: float) -> Range | None:
    """The words of `output` most like `wanted`; `expected` is the place, 0 to 1, where its middle would be."""
    needle = " ".join(WORD.findall(wanted)).casefold()
    places = words(output)
    count = len(needle.split(" ")) if needle else 0
    best, found = LEAST_SIMILARITY - 100.0, None
    for length in range(max(1, count - 2), count + 3):
        for first in range(len(places) - length + 1):
            start, end = places[first][0], places[first + length - 1][1]
            similarity = fuzz.ratio(needle, output[start:end].casefold(), score_cutoff=LEAST_SIMILARITY)
            if not similarity:
                continue
            score = similarity - DISTANCE_COST * abs((first + length / 2) / len(places) - expected)
            if score > best:
                best, found = score, (start, end)
    return found if count else None


def fits(source: str, span: Range, found: Range, output: str) -> bool:
    """Whether as many words lie at `found` as the span may have become: an engine that loses the marks takes in all."""
    return len(words(output[slice(*found)])) <= MOST_GROWTH * len(words(source[slice(*span)])) + SLACK_WORDS


def place_of(source: str, span: Range) -> float:
    """The middle of the span as a share of the sentence, 0 to 1."""
    return min(1.0, max(0.0, (span[0] + span[1]) / 2 / max(1, len(source))))


def nearest(source: str, span: Range, output: str, taken: list[Range]) -> Range | None:
    """As many words as the span has, where they would be if word order were kept, clear of `taken` where possible."""
    places = words(output)
    if not places:
        return None
    inner = snapped(source, *span)
    count = len(words(source[inner[0] : inner[1]])) if inner else 1
    middle = place_of(source, span) * len(places)
    free = [i for i, (start, end) in enumerate(places) if not any(start < t[1] and t[0] < end for t in taken)]
    seed = min(free or range(len(places)), key=lambda i: abs(i + 0.5 - middle))
    first = last = seed
    while last - first + 1 < count and free:
        if last + 1 in free and (last + 1 - middle <= middle - first or first - 1 not in free):
            last += 1
        elif first - 1 in free:
            first -= 1
        else:
            break
    return places[first][0], places[last][1]


def _around(source: str, inner: Range) -> Range:
    places = words(source)
    over = [number for number, (start, end) in enumerate(places) if start < inner[1] and inner[0] < end]
    first, last = over[0] - WORDS_AROUND, over[-1] + WORDS_AROUND
    start = places[first][0] if first > 0 else 0
    end = places[last][1] if last < len(places) - 1 else len(source)
    return (start, end) if end - start < MOST_OF_SENTENCE * len(source) else (0, len(source))


def _same_quotation(source: str, inner: Range, output: str) -> Range | None:
    source_pairs, output_pairs = quotes.pairs(source), quotes.pairs(output)
    if not source_pairs or len(source_pairs) != len(output_pairs):
        return None
    for (start, end), (out_start, out_end) in zip(source_pairs, output_pairs, strict=True):
        if snapped(source, start, end) == inner:
            return snapped(output, out_start, out_end)
    return None


def _same_words(source: str, inner: Range, output: str) -> Range | None:
    text = source[inner[0] : inner[1]]
    if not _is_a_name(source, inner):
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
    there = [match.span() for match in pattern.finditer(output)]
    number = sum(1 for match in pattern.finditer(source) if match.start() < inner[0])
    if number >= len(there):
        return None
    return snapped(output, *there[number]) if snapped(output, *there[number]) == there[number] else None


def _is_a_name(source: str, inner: Range) -> bool:
    """Whether equal words in both languages mean equal things: not the `a`, `no` and `come` of two languages."""
    text = source[inner[0] : inner[1]]
    if any(character.isdigit() for character in text):
        return True
    capital = text[0].isupper() and (inner[0] != words(source)[0][0] or " " in text)
    return capital or len(text) >= 8
