"""When a term is a trend, and how strong. Pure."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy

from services.trends.history import HOUR, History
from services.trends.window import Window
from shared.search.trend_rules import folded

# A tenth of a source is always thinkable: without it a term never seen before would have an infinite score. It also says
# how great a surprise must be, for a term never seen is a trend at the floors (84 at three sources) and others must be as
# surprising; at a quarter of a source half of the simulated boards' places were moods of common terms.
LEAST_EXPECTED = 0.1
ROUNDING = 0.999  # no last binary digit decides
# What is common doubles by its own moods, and on its day of the week.
LEAST_RISE = 2.0
HALF_LIFE = 8 * HOUR
# A name inside a longer one is a trend of its own only where it has clearly more articles ("Lisbon" in "Lisbon Airport").
OWN_SHARE = 1.25
EVIDENCE = 10  # articles


@dataclass(frozen=True)
class Floors:
    """Fewer articles (at most two of a source counted) or sources are no trend, whatever the score."""

    articles: int
    sources: int

    @property
    def score(self) -> float:
        """That of a term never seen before with as many sources as the floor."""
        return ROUNDING * (self.sources - LEAST_EXPECTED) ** 2 / LEAST_EXPECTED


@dataclass(frozen=True)
class Scored:
    """A trend with its evidence: sources and languages with the most articles first, the latest articles' ids. `expected` is
    in sources; `score` has decayed."""

    term: str
    articles: int
    sources: int
    expected: float
    score: float
    source_ids: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()


def ranked(
    window: Window, history: History, now: float, floors: Floors, most: int, blocked: Collection[str] = ()
) -> list[Scored]:
    """What trends at `now`, the strongest `most` first. `blocked` terms are in the form of `folded`.

    (observed − expected)² / expected, as in a chi-squared test, in distinct sources; and of that what the freshness of the
    sources' latest articles leaves.
    """
    counts = window.counts(now, least=floors.articles)
    over = (counts.articles >= floors.articles) & (counts.sources >= floors.sources)
    terms, sources, articles = counts.terms[over], counts.sources[over], counts.articles[over]
    expected = numpy.maximum(history.expected(terms, now), LEAST_EXPECTED)
    score = (sources - expected) ** 2 / expected
    rising = numpy.flatnonzero((sources >= LEAST_RISE * expected) & (score >= floors.score))
    rising = rising[numpy.argsort(-score[rising], kind="stable")][: 4 * most]
    having = window.articles_of(terms[rising].tolist(), now)
    found = []
    for place in rising.tolist():
        number = int(terms[place])
        term = window.terms.names[number]
        if folded(term) in blocked:
            continue
        fresh = window.freshness(having[number], now, HALF_LIFE)
        strength = float(score[place]) * fresh
        found.append(Scored(term, int(articles[place]), int(sources[place]), float(expected[place]), strength))
    found.sort(key=lambda one: (-one.score, -one.articles, one.term))
    return _without_parts(found)[:most]


def with_evidence(scored: Sequence[Scored], window: Window, now: float) -> list[Scored]:
    """The same, each with its sources, languages and articles."""
    having = window.articles_of([window.terms.numbers[one.term] for one in scored], now)
    found = []
    for one in scored:
        sources, languages, articles = window.evidence(having[window.terms.numbers[one.term]])
        found.append(
            replace(
                one,
                articles=len(articles),
                source_ids=tuple(sources),
                languages=tuple(languages),
                article_ids=tuple(articles[:EVIDENCE]),
            )
        )
    return found


def trend_id(term: str) -> str:
    """Identity of a term's trend, 32 hex digits."""
    return hashlib.sha256(f"trend\n{term.casefold()}".encode()).hexdigest()[:32]


def _without_parts(scored: Sequence[Scored]) -> list[Scored]:
    """Without names that are parts of a longer one and have hardly more articles than it."""
    whole: dict[str, int] = {}
    for one in scored:
        words = folded(one.term).split()
        for begin, end in combinations(range(len(words) + 1), 2):
            if end - begin < len(words):
                part = " ".join(words[begin:end])
                whole[part] = max(whole.get(part, 0), one.articles)
    return [one for one in scored if one.articles > OWN_SHARE * whole.get(folded(one.term), 0)]
