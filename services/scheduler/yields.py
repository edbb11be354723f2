"""What sources have lately yielded against what their rhythm lets expect: pure, and told by classes, so that ten thousand
sources make no more series than ten."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.search.sources import Source
from shared.telemetry import metrics

JUDGED_FROM = 5.0  # articles expected; of fewer nothing is concluded
CLASSES = ("unknown", "none", "little", "usual", "much")
LITTLE, MUCH = 0.5, 2.0
NAMED = 20  # sources named in the metrics, those that lack most


class Yield(NamedTuple):
    """`expected` is 0 where there is no telling yet."""

    source_id: str
    seen: int
    expected: float

    @property
    def kind(self) -> str:
        """One of CLASSES."""
        if self.expected < JUDGED_FROM:
            return "unknown"
        if not self.seen:
            return "none"
        share = self.seen / self.expected
        return "little" if share < LITTLE else "much" if share > MUCH else "usual"

    @property
    def missing(self) -> float:
        """Articles."""
        return max(0.0, self.expected - self.seen) if self.expected >= JUDGED_FROM else 0.0


def of_all(sources: Iterable[Source], now: datetime, lately: timedelta) -> list[Yield]:
    """Of each active source that is known for as long as `lately`."""
    return [_of(source, now, lately) for source in sources if source.active]


def _of(source: Source, now: datetime, lately: timedelta) -> Yield:
    seen = sum(source.ends.values())
    if now - source.added_at < lately:
        return Yield(source.id, seen, 0.0)
    # Feeds of one source mostly show the same articles.
    expected = max((feed.rhythm.rates().expected(now - lately, now) for feed in source.feeds), default=0.0)
    return Yield(source.id, seen, expected)


def show(found: Sequence[Yield]) -> None:
    """Sets the gauges."""
    counts = Counter(one.kind for one in found)
    for kind in CLASSES:
        metrics.SOURCES_YIELD.labels(kind).set(counts[kind])
    metrics.SOURCE_SHORTFALL.clear()
    worst = sorted((one for one in found if one.kind in ("none", "little")), key=lambda one: -one.missing)[:NAMED]
    for rank, one in enumerate(worst, start=1):
        metrics.SOURCE_SHORTFALL.labels(str(rank), one.source_id).set(round(one.missing, 1))
