"""Notices when what is taken from a source changes abruptly: its layout has changed, and what is read from it is wrong.

Each source's last articles are held against those before. Kept in this process alone: a page's partition goes by its
host, so a source's articles come to one extractor; after a rebalance it learns anew, which costs a late alarm, not a
false one.
"""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from shared.events import Article

Sign = Literal["length", "standfirst", "date", "rule"]
SIGNS: tuple[Sign, ...] = ("length", "standfirst", "date", "rule")
RECENT = 8  # articles; fewer make an alarm of chance, more make it late
BEFORE = 40
LEAST_BEFORE = 16
LENGTH_FACTOR = 4.0  # between the medians
MISSED = 0.5  # share of the recent articles in which a rule of the source found nothing
USUAL, GONE = 0.8, 0.25  # shares of articles that have a field, before and now
MOST_SOURCES = 5_000


@dataclass
class _Seen:
    before: deque[tuple[float, bool, bool]] = field(default_factory=lambda: deque(maxlen=BEFORE))
    recent: deque[tuple[float, bool, bool]] = field(default_factory=deque)
    missed: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))


class Canary:
    """Bounded to MOST_SOURCES, the longest unseen forgotten first."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, _Seen] = OrderedDict()
        self._alarmed: dict[str, frozenset[Sign]] = {}

    def watch(self, article: Article, missed: bool = False) -> frozenset[Sign]:
        """What has changed at the source of `article`, now that this one came; the same until it is as before, or until
        the new way has lasted so long (BEFORE articles) that it is the usual one. `missed`: a rule of the source found
        nothing on its page."""
        seen = self._sources.setdefault(article.source_id, _Seen())
        self._sources.move_to_end(article.source_id)
        if len(self._sources) > MOST_SOURCES:
            forgotten, _ = self._sources.popitem(last=False)
            self._alarmed.pop(forgotten, None)
        size = sum(len(block.text) for block in article.blocks)
        seen.recent.append((math.log(max(1, size)), bool(article.standfirst), article.published_at is not None))
        if len(seen.recent) > RECENT:
            seen.before.append(seen.recent.popleft())
        seen.missed.append(missed)
        signs = _changed(seen) if len(seen.before) >= LEAST_BEFORE else frozenset()
        if len(seen.missed) == RECENT and sum(seen.missed) >= MISSED * RECENT:
            signs |= {"rule"}
        self._alarmed.pop(article.source_id, None)
        if signs:
            self._alarmed[article.source_id] = signs
        return signs

    def changed(self) -> dict[Sign, int]:
        """How many sources show each sign at present."""
        return {sign: sum(sign in signs for signs in self._alarmed.values()) for sign in SIGNS}


def _changed(seen: _Seen) -> frozenset[Sign]:
    was, now = zip(*seen.before, strict=True), zip(*seen.recent, strict=True)
    lengths, standfirsts, dates = zip(was, now, strict=True)
    found: set[Sign] = set()
    if abs(median(lengths[0]) - median(lengths[1])) > math.log(LENGTH_FACTOR):
        found.add("length")
    if _lost(*standfirsts):
        found.add("standfirst")
    if _lost(*dates):
        found.add("date")
    return frozenset(found)


def _lost(before: tuple[float, ...], now: tuple[float, ...]) -> bool:
    return sum(before) >= USUAL * len(before) and sum(now) <= GONE * len(now)
