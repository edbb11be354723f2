"""Which articles are about one event. Pure.

Average linkage: two groups are one story while the mean bond of their pairs is not against it, so a single loose pair joins
nothing. Groups that no positive bond connects are never joined, so what is not connected can be decided apart: that is what
makes it possible to look at the neighbourhood of what is new, and at nothing else, with the same result.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy
from numpy.typing import NDArray

from services.trends.bonds import ONE_EVENT, Candidate, Matrix, bonds, is_copy

LINKS = 32  # kept of an article; a story of more is held together by its list of members


@dataclass
class Cluster:
    """One story: its members, the first seen first; `copies`: for those that repeat another's text whose it is; `links`: for
    each what else, of this story or another, it may be of one event with, the likeliest first."""

    story_id: str
    members: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)


def clustered(candidates: Iterable[Candidate]) -> list[Cluster]:
    """Every candidate in exactly one cluster; the same for the same set, in whatever order. Of two candidates with one id
    the later seen counts."""
    unique = {one.article_id: one for one in sorted(candidates, key=lambda one: (one.seen_at, one.article_id))}
    ordered = sorted(unique.values(), key=lambda one: (one.seen_at, one.article_id))
    if not ordered:
        return []
    odds = bonds(ordered)
    groups = [group for together in connected(odds) for group in _linked(odds, together)]
    return [_cluster(ordered, group, odds) for group in sorted(groups)]


def story_id(first: str) -> str:
    """Identity of the story that began with the article `first`, 32 hex digits."""
    return hashlib.sha256(f"story\n{first}".encode()).hexdigest()[:32]


def connected(odds: Matrix) -> list[list[int]]:
    """The places that a chain of bonds for one event connects, each list in order, the lists by their first."""
    tied = numpy.nan_to_num(odds, nan=-numpy.inf) >= ONE_EVENT
    left, found = set(range(len(odds))), []
    for first in range(len(odds)):
        if first not in left:
            continue
        left.discard(first)
        together, new = [first], [first]
        while new:
            new = [int(place) for place in numpy.flatnonzero(tied[new].any(axis=0)) if int(place) in left]
            left.difference_update(new)
            together += new
        found.append(sorted(together))
    return found


def _linked(odds: Matrix, places: Sequence[int]) -> Iterator[list[int]]:
    """Average linkage of `places`; pairs that tell nothing do not count. Of equal means the earliest are joined first."""
    if len(places) == 1:
        yield list(places)
        return
    part = odds[numpy.ix_(places, places)].astype(numpy.float64)
    pairs: NDArray[numpy.float64] = (~numpy.isnan(part)).astype(numpy.float64)
    sums = numpy.nan_to_num(part)
    groups: dict[int, list[int]] = {row: [place] for row, place in enumerate(places)}
    means = _means(sums, pairs)
    best = means.max(axis=1)
    while len(groups) > 1:
        one = int(best.argmax())
        if best[one] < ONE_EVENT:
            break
        other = int(means[one].argmax())
        one, other = min(one, other), max(one, other)
        groups[one] += groups.pop(other)
        for matrix in (sums, pairs):
            matrix[one] += matrix[other]
            matrix[:, one] = matrix[one]
            matrix[other] = matrix[:, other] = matrix[one, one] = 0.0
        # Only the rows whose nearest was one of the two can have become poorer; all can have become richer by the new one.
        stale = numpy.flatnonzero((means[:, one] >= best) | (means[:, other] >= best))
        means[other] = means[:, other] = -numpy.inf
        means[one] = means[:, one] = _means(sums[one], pairs[one])
        numpy.maximum(best, means[:, one], out=best)
        best[stale] = means[stale].max(axis=1)
        best[other], best[one] = -numpy.inf, means[one].max()
    yield from (sorted(group) for group in groups.values())


def _means(sums: NDArray[numpy.float64], pairs: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    return numpy.where(pairs > 0, sums / numpy.maximum(pairs, 1.0), -numpy.inf)


def _cluster(ordered: Sequence[Candidate], group: Sequence[int], odds: Matrix) -> Cluster:
    members = [ordered[place] for place in group]
    cluster = Cluster(story_id(members[0].article_id), [one.article_id for one in members])
    originals: list[Candidate] = []
    for place, one in zip(group, members, strict=True):
        original = next((known for known in originals if is_copy(known.fingerprint, one.fingerprint)), None)
        if original:
            cluster.copies[one.article_id] = original.article_id
        else:
            originals.append(one)
        row = numpy.nan_to_num(odds[place], nan=-numpy.inf)
        likeliest = numpy.argsort(-row, kind="stable")[:LINKS]
        cluster.links[one.article_id] = tuple(ordered[other].article_id for other in likeliest if row[other] >= ONE_EVENT)
    return cluster
