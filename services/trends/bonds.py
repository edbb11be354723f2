"""Whether two articles report one event: log odds for each pair, of what they mean, name and count. Pure.

The weights are a logistic regression over pairs of labelled articles, fitted on the development half
(tests/bench/stories.py measures both halves). Only the two articles decide, nothing of the rest: so a pair's bond is the
same whenever it is looked at, and stories do not depend on the order of what came.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy
from numpy.typing import NDArray

COSINE = 15.8
NAMES = 4.2  # times the root of the share of names in common
NUMBERS = 5.2
BOTH_NAME = -2.4  # two texts that have names and share none
ONE_SOURCE = -1.5  # an outlet seldom writes twice of one event
BIAS = -10.1
MOST = 6.0  # no single pair outweighs a dozen others
ONE_EVENT = 0.0  # log odds: as likely as not
AROUND = timedelta(hours=72)
COPY_BITS = 3  # of a 64-bit simhash; more would take reports on one subject for one text

Matrix = NDArray[numpy.float32]

_ONES = numpy.array([value.bit_count() for value in range(256)], dtype=numpy.uint8)


@dataclass(frozen=True)
class Candidate:
    """What of an article decides. `vector` has length 1; `marks` are names and numbers; `fingerprint` is 16 hex digits."""

    article_id: str
    seen_at: datetime
    source_id: str = ""
    vector: Sequence[float] | Matrix | None = None
    marks: frozenset[str] = frozenset()
    fingerprint: str | None = None


def bonds(candidates: Sequence[Candidate]) -> Matrix:
    """For each two candidates the log odds, within ±6, that they report one event; NaN where they are too far apart in time
    to tell anything.

    What has no vector (a language that the encoder does not know, before its translation) has a bond only with what repeats
    its text: measured, no vector is better than a wrong one.
    """
    vectors, known = _vectors(candidates)
    names, numbers = _shared(candidates, str.isalpha), _shared(candidates, str.isdecimal)
    told = numpy.array([any(map(str.isalpha, one.marks)) for one in candidates], dtype=bool)
    sources = _codes([one.source_id for one in candidates])
    odds = COSINE * (vectors @ vectors.T) + NAMES * numpy.sqrt(names) + NUMBERS * numpy.sqrt(numbers) + BIAS
    odds += BOTH_NAME * (told[:, None] & told[None, :])
    odds += ONE_SOURCE * (sources[:, None] == sources[None, :])
    odds[~(known[:, None] & known[None, :])] = -MOST
    _join_copies(odds, candidates)
    seen = numpy.array([one.seen_at.timestamp() for one in candidates])
    found: Matrix = numpy.clip(odds, -MOST, MOST).astype(numpy.float32)
    found[numpy.abs(seen[:, None] - seen[None, :]) > AROUND.total_seconds()] = numpy.nan
    numpy.fill_diagonal(found, numpy.nan)
    return found


def is_copy(one: str | None, other: str | None) -> bool:
    """Whether two fingerprints are of one text."""
    return bool(one and other) and (int(one or "0", 16) ^ int(other or "0", 16)).bit_count() <= COPY_BITS


def _vectors(candidates: Sequence[Candidate]) -> tuple[Matrix, NDArray[numpy.bool_]]:
    known = numpy.array([one.vector is not None for one in candidates], dtype=bool)
    dimensions = next((len(one.vector) for one in candidates if one.vector is not None), 1)
    vectors = numpy.zeros((len(candidates), dimensions), dtype=numpy.float32)
    for place, one in enumerate(candidates):
        if one.vector is not None:
            vectors[place] = one.vector
    return vectors, known


def _shared(candidates: Sequence[Candidate], kind: Callable[[str], bool]) -> Matrix:
    """The cosine of the sets of marks of a kind: 1 where all are shared, 0 where none is or there are none."""
    sets = [[mark for mark in one.marks if kind(mark)] for one in candidates]
    counts = Counter(mark for marks in sets for mark in marks)
    places = {mark: place for place, mark in enumerate(sorted(mark for mark, count in counts.items() if count > 1))}
    rows = numpy.zeros((len(sets), max(1, len(places))), dtype=numpy.float32)
    for row, marks in enumerate(sets):
        if marks:
            rows[row, [places[mark] for mark in marks if mark in places]] = len(marks) ** -0.5
    product: Matrix = numpy.clip(rows @ rows.T, 0.0, 1.0)
    return product


def _codes(names: Sequence[str]) -> NDArray[numpy.int64]:
    """A number for each name; those without a name are like nobody."""
    known = {name: number for number, name in enumerate(sorted(set(names)), start=1)}
    return numpy.array([known[name] if name else -place - 1 for place, name in enumerate(names)], dtype=numpy.int64)


def _join_copies(odds: NDArray[numpy.floating], candidates: Sequence[Candidate]) -> None:
    has = [place for place, one in enumerate(candidates) if one.fingerprint]
    bits = numpy.array([int(candidates[place].fingerprint or "0", 16) for place in has], dtype=numpy.uint64)
    for row, place in enumerate(has):
        apart = _ONES[(bits ^ bits[row]).view(numpy.uint8).reshape(-1, 8)].sum(axis=1)
        odds[place, [has[other] for other in numpy.flatnonzero(apart <= COPY_BITS)]] = MOST
