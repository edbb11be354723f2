"""When a term is a trend, and how strong. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# One source is always thinkable: without it a term never seen before would have an infinite score.
PRIOR_SOURCES = 1.0
# A name inside a longer one is a trend of its own only where it has clearly more articles ("Lisbon" in "Lisbon Airport").
OWN_SHARE = 1.25


@dataclass(frozen=True)
class Counted:
    """A term with the articles and distinct sources that have it in the window."""

    term: str
    articles: int
    sources: int


@dataclass(frozen=True)
class Scored:
    """A term over the floors; `expected` is in sources."""

    counted: Counted
    expected: float
    score: float


@dataclass(frozen=True)
class Floors:
    """Fewer articles or sources are no trend, whatever the score."""

    articles: int
    sources: int


def expected(history: Sequence[int]) -> float:
    """The distinct sources to expect, from those of the same hours of earlier days. A day on which nothing at all was
    collected is not in `history`."""
    return (sum(history) + PRIOR_SOURCES) / (len(history) + 1)


def score(sources: int, expectation: float) -> float:
    """(observed − expected)² / expected, as in a chi-squared test; 0 for what is not more than expected."""
    return (sources - expectation) ** 2 / expectation if sources > expectation else 0.0


def ranked(
    counted: Iterable[Counted], history: Mapping[str, Sequence[int]], days: int, floors: Floors, most: int
) -> list[Scored]:
    """The strongest `most` terms over the floors, the strongest first. `history` has the sources of a term on those of the
    `days` earlier days on which it had any."""
    scored: list[Scored] = []
    for one in counted:
        if one.articles < floors.articles or one.sources < floors.sources:
            continue
        seen = list(history.get(one.term, ()))
        expectation = expected(seen + [0] * (days - len(seen)))
        if value := score(one.sources, expectation):
            scored.append(Scored(one, expectation, value))
    scored.sort(key=lambda one: (-one.score, -one.counted.articles, one.counted.term))
    return _without_parts(scored)[:most]


def trend_id(term: str) -> str:
    """Identity of a term's trend, 32 hex digits."""
    return hashlib.sha256(f"trend\n{term.casefold()}".encode()).hexdigest()[:32]


def _without_parts(scored: Sequence[Scored]) -> list[Scored]:
    """Without names that are parts of a longer one and have hardly more articles than it."""
    whole = {f" {one.counted.term.casefold()} ": one.counted.articles for one in scored}

    def is_part(one: Scored) -> bool:
        own = f" {one.counted.term.casefold()} "
        return any(own in name and own != name and one.counted.articles <= OWN_SHARE * n for name, n in whole.items())

    return [one for one in scored if not is_part(one)]
