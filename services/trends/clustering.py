"""Which articles are about one event. Pure.

A story's vector is the mean of its members'; an article joins the nearest story that had news within `AROUND`. What has no
vector (a language that the encoder does not know, before its translation) joins only what repeats its text: measured, no
vector is better than a wrong one. Articles are taken by first sight, so the stories of a set do not depend on the order in
which it was read.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy
from numpy.typing import NDArray

ALIKE = 0.65  # cosine to the story's vector; best on labelled documents of 15 languages, tests/bench/stories.py
AROUND = timedelta(hours=72)
COPY_BITS = 3  # of a 64-bit simhash; more would take reports on one subject for one text

Vector = NDArray[numpy.float32]


@dataclass(frozen=True)
class Candidate:
    """What of an article decides. `vector` has length 1; `fingerprint` is 16 hex digits."""

    article_id: str
    seen_at: datetime
    vector: Sequence[float] | None = None
    fingerprint: str | None = None


@dataclass
class Cluster:
    """One story: its members, the first seen first, and for those that repeat another's text whose it is."""

    story_id: str
    members: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)


def clustered(candidates: Iterable[Candidate], alike: float = ALIKE) -> list[Cluster]:
    """Every candidate in exactly one cluster; the same for the same set, in whatever order. Of two candidates with one id
    the later seen counts."""
    unique = {one.article_id: one for one in sorted(candidates, key=lambda one: (one.seen_at, one.article_id))}
    ordered = sorted(unique.values(), key=lambda one: (one.seen_at, one.article_id))
    clusters: list[Cluster] = []
    texts: list[tuple[int, str, int, datetime]] = []
    dimensions = next((len(one.vector) for one in ordered if one.vector is not None), 1)
    sums = numpy.zeros((len(ordered), dimensions), dtype=numpy.float32)
    means = numpy.zeros_like(sums)
    last = numpy.zeros(len(ordered))
    for one in ordered:
        at = one.seen_at.timestamp()
        bits = int(one.fingerprint, 16) if one.fingerprint else None
        original = _repeated(bits, one.seen_at, texts) if bits is not None else None
        vector = None if one.vector is None else numpy.asarray(one.vector, dtype=numpy.float32)
        if original:
            place = original[2]
        else:
            found = None if vector is None else _nearest(vector, at, means[: len(clusters)], last[: len(clusters)], alike)
            place = len(clusters) if found is None else found
        if place == len(clusters):
            clusters.append(Cluster(story_id(one.article_id)))
        cluster = clusters[place]
        cluster.members.append(one.article_id)
        if original:
            cluster.copies[one.article_id] = original[1]
        elif bits is not None:
            texts.append((bits, one.article_id, place, one.seen_at))
        last[place] = max(last[place], at)
        if vector is not None:
            sums[place] += vector
            means[place] = sums[place] / (numpy.linalg.norm(sums[place]) or 1.0)
    return clusters


def story_id(first: str) -> str:
    """Identity of the story that began with the article `first`, 32 hex digits."""
    return hashlib.sha256(f"story\n{first}".encode()).hexdigest()[:32]


def _nearest(vector: Vector, at: float, means: Vector, last: NDArray[numpy.float64], alike: float) -> int | None:
    if not len(means):
        return None
    likeness = numpy.where(at - last <= AROUND.total_seconds(), means @ vector, -1.0)
    best = int(likeness.argmax())
    return best if likeness[best] >= alike else None


def _repeated(
    bits: int, at: datetime, texts: Sequence[tuple[int, str, int, datetime]]
) -> tuple[int, str, int, datetime] | None:
    return next((known for known in texts if (known[0] ^ bits).bit_count() <= COPY_BITS and at - known[3] <= AROUND), None)
