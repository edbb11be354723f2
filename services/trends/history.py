"""What is usually written of: what the window held every six hours of the last four weeks, and what that lets one expect.

Pure. Between two of these moments the expectation goes smoothly from one's to the other's, so no hour, and no midnight, is
an edge.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from services.trends.window import Counts, Integers, Numbered

HOUR, DAY = 3_600.0, 86_400.0
STEP = 6 * HOUR
DAYS = 28
WEEK = 7
# A source that is new to us says new words every day; after a week its own week is in what is expected.
LEARNING = WEEK * DAY
MOST_TERMS = 50_000  # kept of one moment, those of most sources; the rest is expected as if never seen

Floats = NDArray[numpy.float64]
Voice = tuple[str, str]  # a source and a language it writes in


@dataclass(frozen=True)
class Moment:
    """What the window that ended at `at` (seconds since 1970) held: distinct sources of each term, whoever they are."""

    at: float
    articles: int
    terms: Integers
    sources: Integers

    @classmethod
    def of(cls, at: float, articles: int, counts: Counts) -> "Moment":
        """The moment with the `MOST_TERMS` terms of most sources."""
        best = numpy.argsort(-counts.sources, kind="stable")[:MOST_TERMS]
        return cls(at, articles, counts.terms[best], counts.sources[best])

    @classmethod
    def named(cls, at: float, articles: int, sources: Mapping[str, int], numbers: Numbered) -> "Moment":
        """The moment whose terms have `sources`."""
        terms = numpy.fromiter((numbers.number(term) for term in sources), numpy.int64, len(sources))
        return cls(at, articles, terms, numpy.fromiter(sources.values(), numpy.int64, len(sources)))


class _Means(NamedTuple):
    week: Floats
    weekday: Floats
    month: Floats


@dataclass
class History:
    """`terms` are numbered as in the window. `voices`: each with the time it was first heard; `begin`: that of the first."""

    terms: Numbered
    window: float = DAY
    days: int = DAYS
    moments: dict[float, Moment] = field(default_factory=dict)
    voices: dict[Voice, float] = field(default_factory=dict)
    _means: dict[float, _Means] = field(default_factory=dict)
    begin: float = math.inf

    def heard(self, voice: Voice, at: float) -> bool:
        """Notes that `voice` writes; whether it has done so long enough for trends.

        Those that were there when all began are: with none of them there would be nothing to begin with.
        """
        first = self.voices.get(voice)
        if first is None or at < first:
            first = self.voices[voice] = at
            self.begin = min(self.begin, at)
        return at - first >= LEARNING or first - self.begin < DAY

    def know(self, voices: Iterable[tuple[Voice, float]]) -> None:
        """Takes over when voices were first heard, as kept from earlier."""
        for voice, first in voices:
            self.voices[voice] = min(first, self.voices.get(voice, math.inf))
            self.begin = min(self.begin, first)

    def add(self, moment: Moment) -> None:
        """Takes in a moment, and forgets those older than is looked at."""
        self.moments[moment.at] = moment
        oldest = moment.at - (self.days + 1) * max(self.window, DAY) - STEP
        self.moments = {at: one for at, one in self.moments.items() if at >= oldest}
        self._means.clear()

    def due(self, now: float) -> list[float]:
        """The moments up to `now` that are missing, the earliest first; none before anything was heard."""
        if self.begin > now:
            return []
        oldest = max(self.begin, now - self.days * DAY - STEP)
        first = math.ceil(oldest / STEP)
        return [n * STEP for n in range(first, math.floor(now / STEP) + 1) if n * STEP not in self.moments]

    def expected(self, terms: Integers, now: float) -> Floats:
        """The sources to expect of each of `terms` in the window that ends at `now`: the highest of the last week's mean,
        the mean of the same weekdays, and that of all days looked at."""
        before = math.floor(now / STEP) * STEP
        share = (now - before) / STEP
        means = [self._of(before), self._of(before + STEP)]
        mixed = [
            (1 - share) * _at(earlier, terms) + share * _at(later, terms)
            for earlier, later in zip(means[0], means[1], strict=True)
        ]
        highest: Floats = numpy.max(mixed, axis=0)
        return highest

    def _of(self, boundary: float) -> _Means:
        found = self._means.get(boundary)
        if found is None:
            for old in [at for at in self._means if at < boundary - STEP]:
                del self._means[old]
            shift = math.ceil(self.window / DAY)
            back = range(shift, self.days + 1, shift)
            found = self._means[boundary] = _Means(
                self._mean(boundary, [day for day in back if day <= max(WEEK, shift)]),
                self._mean(boundary, [day for day in back if day % WEEK == 0]),
                self._mean(boundary, back),
            )
        return found

    def _mean(self, boundary: float, days: Iterable[int]) -> Floats:
        sums, number = numpy.zeros(len(self.terms.names)), 0
        for day in days:
            moment = self.moments.get(boundary - day * DAY)
            # Days on which nothing was collected, and the first, which was not whole, tell nothing of what is usual.
            if moment and moment.articles and moment.at - self.window >= self.begin - HOUR:
                sums[moment.terms] += moment.sources
                number += 1
        return sums / max(1, number)


def _at(means: Floats, terms: Integers) -> Floats:
    """The means of `terms`; 0 for those that were numbered since."""
    found = numpy.zeros(len(terms))
    known = terms < len(means)
    found[known] = means[terms[known]]
    return found
