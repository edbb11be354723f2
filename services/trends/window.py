"""Who writes of what now: the articles of the window, and what they add up to for each term. Pure.

All is kept as plain arrays of numbers, terms and sources by their place in a list, so that half a million articles are
counted anew within a second, and nothing has to be taken back when an article leaves.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy
from numpy.typing import NDArray

from services.trends.copies import Copies
from shared.days import AFTER, BEFORE

CAP = 2  # articles of one source on one term; so five articles are of three sources, whoever floods
# What says it was published earlier is old, what says it will be is wrong, as for the archive's day.
OLD, AHEAD = BEFORE.total_seconds(), AFTER.total_seconds()
WASTE = 0.3  # of the arrays may be of articles that have left

Integers = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What trends look at in an article. Times in seconds since 1970; `fingerprint`: simhash of 64 bits."""

    article_id: str
    seen_at: float
    source: str
    language: str
    terms: Sequence[str]
    published_at: float | None = None
    fingerprint: int | None = None

    @property
    def timely(self) -> bool:
        """Whether its date is believable and it is news. What has no date is taken for new."""
        if self.published_at is None:
            return True
        return self.seen_at - OLD <= self.published_at < self.seen_at + AHEAD


@dataclass
class Numbered:
    """Names by number, in the order of their first use."""

    names: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """The number of `name`, a new one if it has none."""
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = len(self.names)
            self.names.append(name)
        return found


@dataclass(frozen=True)
class Counts:
    """Terms (by number) with the distinct sources and the articles, at most `CAP` of a source, that have them."""

    terms: Integers
    sources: Integers
    articles: Integers


class Window:
    """The articles of the last `seconds`, each text once. `terms` numbers terms, and may be shared."""

    def __init__(self, seconds: float, terms: Numbered | None = None) -> None:
        self.seconds = seconds
        self.terms = terms or Numbered()
        self._sources, self._languages = Numbered(), Numbered()
        self._start()

    def _start(self) -> None:
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._prints: list[int | None] = []
        self._seen, self._source, self._language = array("d"), array("q"), array("q")
        self._first, self._proven = array("b"), array("b")
        self._term, self._article = array("q"), array("q")
        self._copies = Copies()

    def __len__(self) -> int:
        return len(self._place)

    def add(self, one: Sighting, *, proven: bool = True) -> bool:
        """Takes in an article, or what became of it (a translation that came later); False where its dates rule it out.

        `proven` says that its source has been there long enough to know what it usually writes of.
        """
        if not one.timely:
            return False
        known = self._place.get(one.article_id)
        if known is None:
            first = one.fingerprint is None or not self._copies.repeats(one.fingerprint)
        else:
            first, self._first[known] = bool(self._first[known]), False
        self._append(one.article_id, one.seen_at, one.fingerprint, first, proven)
        self._source.append(self._sources.number(one.source))
        self._language.append(self._languages.number(one.language))
        place = len(self._ids) - 1
        for term in dict.fromkeys(one.terms):
            self._term.append(self.terms.number(term))
            self._article.append(place)
        return True

    def _append(self, key: str, seen: float, text: int | None, first: bool, proven: bool) -> None:
        self._place[key] = len(self._ids)
        self._ids.append(key)
        self._seen.append(seen)
        self._prints.append(text)
        self._first.append(first)
        self._proven.append(proven)

    def expire(self, now: float) -> None:
        """Forgets what has left the window, once it is much."""
        if not self._ids:
            return
        stays = numpy.frombuffer(self._seen) > now - self.seconds
        superseded = len(self._ids) - len(self._place)
        if stays.sum() - superseded > (1 - WASTE) * len(stays):
            return
        stays &= numpy.fromiter((self._place[key] == n for n, key in enumerate(self._ids)), bool, len(self._ids))
        old = self.__dict__.copy()
        self._start()
        kept = numpy.flatnonzero(stays)
        places = numpy.cumsum(stays) - 1
        for number in kept.tolist():
            key, text, first = old["_ids"][number], old["_prints"][number], bool(old["_first"][number])
            self._append(key, old["_seen"][number], text, first, bool(old["_proven"][number]))
            if text is not None:
                self._copies.repeats(text)
        for name in ("_source", "_language"):
            getattr(self, name).frombytes(numpy.frombuffer(old[name], dtype=numpy.int64)[kept].tobytes())
        articles = numpy.frombuffer(old["_article"], dtype=numpy.int64)
        mine = stays[articles]
        self._article.frombytes(places[articles[mine]].astype(numpy.int64).tobytes())
        self._term.frombytes(numpy.frombuffer(old["_term"], dtype=numpy.int64)[mine].tobytes())

    def counts(self, now: float, *, least: int = 1, everyone: bool = False) -> Counts:
        """What is written of in the window that ends at `now`, of terms with `least` articles or more; of proven sources, or
        of `everyone`."""
        term, article = self._pairs(now, everyone)
        many = numpy.bincount(term, minlength=1) >= least
        mine = many[term]
        sources = numpy.frombuffer(self._source, dtype=numpy.int64) if self._ids else numpy.zeros(0, dtype=numpy.int64)
        width = max(1, len(self._sources.names))
        keys, often = numpy.unique(term[mine] * width + sources[article[mine]], return_counts=True)
        of = keys // width
        by_term = numpy.bincount(of, minlength=1)
        capped = numpy.bincount(of, weights=numpy.minimum(often, CAP), minlength=1).astype(numpy.int64)
        terms = numpy.flatnonzero(by_term)
        return Counts(terms, by_term[terms], capped[terms])

    def _pairs(self, now: float, everyone: bool) -> tuple[Integers, Integers]:
        if not self._term:
            return numpy.zeros(0, dtype=numpy.int64), numpy.zeros(0, dtype=numpy.int64)
        seen = numpy.frombuffer(self._seen)
        live = (seen > now - self.seconds) & (seen <= now) & numpy.frombuffer(self._first, dtype=bool)
        if not everyone:
            live &= numpy.frombuffer(self._proven, dtype=bool)
        term = numpy.frombuffer(self._term, dtype=numpy.int64)
        article = numpy.frombuffer(self._article, dtype=numpy.int64)
        mine = live[article]
        return term[mine], article[mine]

    def articles_of(self, terms: Sequence[int], now: float) -> Mapping[int, Integers]:
        """For each of `terms` the places of its articles in the window, the latest seen first."""
        term, article = self._pairs(now, False)
        wanted = numpy.zeros(len(self.terms.names) + 1, dtype=bool)
        wanted[list(terms)] = True
        mine = wanted[term]
        term, article = term[mine], article[mine]
        if not len(term):
            return dict.fromkeys(terms, article)
        order = numpy.lexsort((-numpy.frombuffer(self._seen)[article], term))
        term, article = term[order], article[order]
        begins, ends = numpy.searchsorted(term, terms, "left"), numpy.searchsorted(term, terms, "right")
        return {one: article[begin:end] for one, begin, end in zip(terms, begins, ends, strict=True)}

    def freshness(self, places: Integers, now: float, half_life: float) -> float:
        """From 1 to 0: what is left, on average, of each source's latest among the articles at `places`, the latest first;
        half after `half_life` seconds."""
        if not len(places):
            return 0.0
        seen = numpy.frombuffer(self._seen)[places]  # the latest first, as `articles_of` gives them
        source = numpy.frombuffer(self._source, dtype=numpy.int64)[places]
        _, latest = numpy.unique(source, return_index=True)
        return float(numpy.mean(0.5 ** ((now - seen[latest]) / half_life)))

    def evidence(self, places: Integers) -> tuple[list[str], list[str], list[str]]:
        """The sources and the languages of the articles at `places`, the most frequent first; and their ids."""
        return (
            self._frequent(self._sources, self._source, places),
            self._frequent(self._languages, self._language, places),
            [self._ids[place] for place in places.tolist()],
        )

    @staticmethod
    def _frequent(names: Numbered, column: "array[int]", places: Integers) -> list[str]:
        counts = numpy.bincount(numpy.frombuffer(column, dtype=numpy.int64)[places], minlength=1)
        order = numpy.argsort(-counts, kind="stable")
        return [names.names[number] for number in order.tolist() if counts[number]]

    def articles(self, now: float) -> int:
        """How many articles the window that ends at `now` has, each text once."""
        if not self._ids:
            return 0
        seen = numpy.frombuffer(self._seen)
        return int(((seen > now - self.seconds) & (seen <= now) & numpy.frombuffer(self._first, dtype=bool)).sum())
