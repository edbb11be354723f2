"""The worker beside the stage: computes what trends now, every so often and soon after news, while it is its turn."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from opensearchpy import TransportError

from services.trends.assigning import Assigning
from services.trends.counting import Counting
from services.trends.scoring import Floors, Scored, trend_id
from services.trends.story_trends import StoryTrends
from shared import clock
from shared.errors import Fenced, Transient, Unavailable
from shared.events import Trend
from shared.search.lease import Lease, Turn
from shared.search.sources import Sources
from shared.search.trend_rules import TermRules, folded
from shared.search.trends import Board, Trends
from shared.telemetry import logging
from shared.telemetry.metrics import TREND_SCORE, TRENDS, TRENDS_COMPUTED, TRENDS_WORKING

STAND_BY_SECONDS = 1.0
EXPORTED = 10  # ranks in the metric; a label for every term ever would have no bound
OUTLETS_AGE = timedelta(hours=1)
SOURCES = 100  # named of one trend; all are counted

Publish = Callable[[Sequence[Trend]], Awaitable[None]]


class Watch:
    """`settle` is the pause in seconds after news, for the index to refresh and more to come.

    With a `lease` nothing is written before it was claimed, nor after another has claimed it. Who lost it claims it again
    only with a new assignment; or when it still has the old one after `patience` seconds, in which Kafka would have taken it
    away.
    """

    def __init__(
        self,
        assigning: Assigning,
        counting: Counting,
        stories: StoryTrends,
        trends: Trends,
        rules: TermRules,
        sources: Sources,
        publish: Publish,
        *,
        floors: Floors,
        most: int,
        window_hours: int,
        tick: float,
        settle: float,
        lease: Lease | None = None,
        patience: float = 24.0,
    ) -> None:
        self._assigning = assigning
        self._counting, self._stories, self._trends, self._publish = counting, stories, trends, publish
        self._rules, self._sources = rules, sources
        self._floors, self._most = floors, most
        self._window_hours = window_hours
        self._tick, self._settle = tick, settle
        self._lease, self._patience = lease, patience
        self._turn: Turn | None = None
        self._lost: float | None = None
        self._news = asyncio.Event()
        self._published: dict[str, tuple[int, int]] = {}
        self._names, self._asked = frozenset[str](), datetime.min.replace(tzinfo=UTC)

    def news(self) -> None:
        """A document was written."""
        self._news.set()

    async def run(self, is_mine: Callable[[], bool]) -> None:
        """Works for ever, while `is_mine` says that this process has the partition."""
        log = logging.get("trends")
        while True:
            if not is_mine():
                self._turn = self._lost = None
            if not is_mine() or self._is_lost():
                self._stand_by()
                await asyncio.sleep(STAND_BY_SECONDS)
                continue
            TRENDS_WORKING.set(1)
            try:
                await self._claim()
                await self._assigning.assign(clock.now(), self._turn)
                if is_mine():
                    await self._hold()
                    await self.compute()
            except Fenced as error:
                log.warning("another worker has taken over", error=str(error))
                self._turn, self._lost = None, asyncio.get_running_loop().time()
                continue
            except (Unavailable, Transient, TransportError) as error:
                log.warning("stories and trends not computed", error=str(error)[:300])
            await self._pause()

    async def _claim(self) -> None:
        if self._lease and not self._turn:
            self._turn = await self._lease.claim()
            self._assigning.forget()
            logging.get("trends").info("at work", epoch=self._turn.epoch)

    async def _hold(self) -> None:
        if self._turn:
            await self._turn.check()

    def _is_lost(self) -> bool:
        return self._lost is not None and asyncio.get_running_loop().time() - self._lost < self._patience

    async def compute(self) -> Board:
        """Computes, writes, publishes and exports what trends now."""
        now = clock.now()
        await self._counting.update(now, self._turn)
        never = await self._rules.blocked() | await self._outlets(now)
        best = await self._counting.ranked(now, self._floors, self._most, never)
        told = await self._stories.ranked(now, self._floors, self._most)
        board = Board(at=now, trends=tuple(_trend(one, now, self._window_hours) for one in best), stories=tuple(told))
        await self._hold()
        await self._trends.write(board, self._turn.epoch if self._turn else None)
        await self._tell(board)
        return board

    async def _outlets(self, now: datetime) -> frozenset[str]:
        """The names of all sources, folded, as they were within the hour: who wrote is no news."""
        if now - self._asked >= OUTLETS_AGE:
            names = {folded(source.name) async for page in self._sources.pages() for source in page}
            self._names = frozenset(names | {name.removeprefix("the ") for name in names})
            self._asked = now
        return self._names

    async def _tell(self, board: Board) -> None:
        TRENDS.set(len(board.trends))
        TRENDS_COMPUTED.set(board.at.timestamp())
        TREND_SCORE.clear()
        for rank, trend in enumerate(board.trends[:EXPORTED], start=1):
            TREND_SCORE.labels(str(rank), trend.term).set(trend.score)
        counts = {trend.trend_id: (trend.articles, trend.sources) for trend in board.trends}
        await self._publish(
            [trend for trend in board.trends if self._published.get(trend.trend_id) != counts[trend.trend_id]]
        )
        self._published = counts

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._tick):
                await self._news.wait()
                await asyncio.sleep(self._settle)
        self._news.clear()

    def _stand_by(self) -> None:
        TREND_SCORE.clear()
        TRENDS.set(0)
        TRENDS_WORKING.set(0)
        self._published = {}
        self._counting.forget()


def _trend(one: Scored, now: datetime, window_hours: int) -> Trend:
    return Trend(
        trend_id=trend_id(one.term),
        term=one.term,
        score=round(one.score, 3),
        articles=one.articles,
        sources=one.sources,
        expected=round(one.expected, 3),
        source_ids=one.source_ids[:SOURCES],
        languages=one.languages,
        article_ids=one.article_ids,
        window_hours=window_hours,
        at=now,
    )
