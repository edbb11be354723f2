"""Keeps the counts of the window, and the history it is measured against, level with the index.

All is in memory and can be told anew from the index alone: the articles, and the moments kept of the past four weeks, where
those that are missing are counted again. While at work only what was written since is read.
"""

import asyncio
from collections.abc import Collection
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from opensearchpy import AsyncOpenSearch

from services.trends import reading
from services.trends.history import DAY, DAYS, HOUR, STEP, History, Moment
from services.trends.scoring import Floors, Scored, ranked, with_evidence
from services.trends.window import Numbered, Sighting, Window
from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.search.lease import Turn
from shared.search.trend_counts import Counted, TrendCounts, pack, unpack
from shared.telemetry import logging

GRACE = HOUR  # articles come in a while after they were seen; a moment is counted when most have
OVERLAP = 120.0  # seconds: what was written before but could not be found yet, and clocks that differ
MOST_NUMBERED = 3_000_000  # terms in memory, some 300 MB; then all is told anew, without those of long ago


class Counting:
    """Raises Unavailable when OpenSearch is away; the next call goes on from there."""

    def __init__(self, client: AsyncOpenSearch, window: timedelta, days: int = DAYS) -> None:
        self._client = client
        self._kept = TrendCounts(client)
        self._seconds, self._days = window.total_seconds(), days
        self.forget()

    def forget(self) -> None:
        """Starts anew, as a worker does whose turn it was not."""
        terms = Numbered()
        self._terms = terms
        self._window = Window(self._seconds, terms)
        self._history = History(terms, self._seconds, self._days)
        self._read = False
        self._written = 0.0
        self._recent: dict[str, float] = {}

    async def update(self, now: datetime, turn: Turn | None = None) -> None:
        """Brings the counts up to `now`, and keeps the moments that are due. Raises Fenced when `turn` is over."""
        at = now.timestamp()
        if len(self._terms.names) > MOST_NUMBERED:
            self.forget()
        if self._read:
            await self._read_written(at)
        else:
            self.forget()
            await self._read_all(at, turn)
            self._read = True
        for moment in self._history.due(at - GRACE):
            await self._close(moment, turn)
            await self._kept.forget(_moment(self._oldest(moment)))
        await asyncio.to_thread(self._window.expire, at - GRACE - STEP)

    async def ranked(self, now: datetime, floors: Floors, most: int, blocked: Collection[str] = ()) -> list[Scored]:
        """What trends at `now`, as far as it is known."""
        # In a thread: the worker must go on telling Kafka that it lives.
        return await asyncio.to_thread(self._ranked, now.timestamp(), floors, most, blocked)

    def _ranked(self, now: float, floors: Floors, most: int, blocked: Collection[str]) -> list[Scored]:
        best = ranked(self._window, self._history, now, floors, most, blocked)
        return with_evidence(best, self._window, now)

    async def _read_all(self, now: float, turn: Turn | None) -> None:
        oldest = self._oldest(now)
        for kept in await self._kept.since(_moment(oldest), round(self._seconds / HOUR)):
            await asyncio.to_thread(self._know, kept)  # four weeks of them take longer than Kafka waits for a sign of life
        first = await self._first(oldest)
        if first is None:
            return
        self._history.begin = min(self._history.begin, first)  # so far as can be told
        due = self._history.due(now - GRACE)
        start = (due[0] if due else now - GRACE) - self._seconds
        sightings = reading.sightings(self._client, reading.BY_SIGHT, _moment(start), _moment(now + HOUR))
        async with aclosing(sightings):
            async for one, written in sightings:
                while due and one.seen_at > due[0] + GRACE:
                    await self._close(due.pop(0), turn)
                self._take(one, written)

    async def _read_written(self, now: float) -> None:
        since, until = _moment(self._written - OVERLAP), _moment(now + DAY)
        async with aclosing(reading.sightings(self._client, reading.BY_WRITING, since, until)) as sightings:
            async for one, written in sightings:
                if self._recent.get(one.article_id) != written and one.seen_at > now - self._seconds - GRACE:
                    self._take(one, written)
        self._recent = {key: at for key, at in self._recent.items() if at >= self._written - 2 * OVERLAP}

    def _take(self, one: Sighting, written: float) -> None:
        self._written = max(self._written, written)
        self._recent[one.article_id] = written
        self._window.add(one, proven=self._history.heard((one.source, one.language), one.seen_at))

    async def _close(self, at: float, turn: Turn | None) -> None:
        """Counts and keeps the moment `at`."""
        counts = await asyncio.to_thread(self._window.counts, at, everyone=True)
        moment = Moment.of(at, self._window.articles(at), counts)
        self._history.add(moment)
        terms = {self._terms.names[t]: int(n) for t, n in zip(moment.terms.tolist(), moment.sources.tolist(), strict=True)}
        voices = [(source, language, first) for (source, language), first in self._history.voices.items()]
        hours = round(self._seconds / HOUR)
        counted = Counted(at=_moment(at), window_hours=hours, articles=moment.articles, packed=pack(terms, voices))
        if turn:
            await turn.check()
        await self._kept.keep(counted, turn.epoch if turn else None)
        await asyncio.to_thread(self._window.expire, at)

    def _oldest(self, now: float) -> float:
        return now - (self._days + 1) * max(DAY, self._seconds) - STEP

    def _know(self, kept: Counted) -> None:
        try:
            terms, voices = unpack(kept.packed)
        except ValueError as error:  # missing, then, and counted again
            logging.get("trends").warning("a moment cannot be read", at=str(kept.at), error=str(error)[:200])
            return
        self._history.know([((source, language), first) for source, language, first in voices])
        self._history.add(Moment.named(kept.at.timestamp(), kept.articles, terms, self._terms))

    async def _first(self, since: float) -> float | None:
        """When the first article since `since` was seen."""
        body = {
            "size": 0,
            "query": {"range": {"times.discovered": {"gte": clock.iso(_moment(since))}}},
            "aggs": {"first": {"min": {"field": "times.discovered"}}},
        }
        async with guarded():
            answer = await self._client.search(index=names.ARTICLES, body=body)
        value = answer["aggregations"]["first"]["value"]
        return None if value is None else value / 1000


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
