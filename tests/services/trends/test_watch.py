import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch
from prometheus_client import REGISTRY

from services.trends.assigning import Assigning
from services.trends.counting import Counting
from services.trends.scoring import Floors
from services.trends.stage import process
from services.trends.story_trends import StoryTrends
from services.trends.watch import Watch
from shared import clock
from shared.errors import Transient
from shared.events import Indexed, Trend
from shared.item import Item
from shared.search import names
from shared.search.lease import Lease, Turn
from shared.search.sources import Source, Sources
from shared.search.trend_rules import TermRules
from shared.search.trends import Trends
from tests.services.trends.articles import article, fill

pytestmark = pytest.mark.engines
DAY = timedelta(days=1)


class Desk:
    """Stands where Kafka is."""

    def __init__(self) -> None:
        self.published: list[Trend] = []
        self.told = asyncio.Event()

    async def __call__(self, trends: Sequence[Trend]) -> None:
        self.published += trends
        self.told.set()


class Contended(Lease):
    """Others claim it in each of the rounds of the first try."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        super().__init__(client, uuid.uuid4().hex, "test")
        self.tries = 0

    async def claim(self) -> Turn:
        self.tries += 1
        if self.tries == 1:
            raise Transient("an entry changed too often while it was to be changed")
        return await super().claim()


def watch(client: AsyncOpenSearch, desk: Desk, tick: float = 30.0, lease: Lease | None = None) -> Watch:
    return Watch(
        Assigning(client, 4 * DAY), Counting(client, DAY), StoryTrends(client, DAY),
        Trends(client), TermRules(client), Sources(client), desk, floors=Floors(3, 2), most=10, window_hours=24,
        tick=tick, settle=0.0, lease=lease,
    )  # fmt: skip


async def test_terms_of_several_sources_are_on_the_board_with_their_evidence(client: AsyncOpenSearch) -> None:
    now, desk = clock.now(), Desk()
    hour = timedelta(hours=1)
    burst = [article(n, ["Mondego", "Coimbra"][: 1 + n % 2], now - n * hour) for n in range(1, 6)]
    flood = [article(9, ["Shop"], now - hour) for _ in range(20)]
    future = [article(n, ["Tomorrow Island"], now - hour, now + 5 * DAY) for n in range(5)]
    always = [article(n, ["Portugal"], now - hour - day * DAY) for day in range(8) for n in range(10)]
    await fill(client, burst + flood + future + always)
    board = await watch(client, desk).compute()
    assert [trend.term for trend in board.trends] == ["Mondego", "Coimbra"]
    mondego, _ = board.trends
    assert (mondego.articles, mondego.sources, mondego.languages) == (5, 5, ("pt", "en"))
    assert mondego.expected == 0.1
    assert set(mondego.source_ids) == {f"source-{n}" for n in range(1, 6)}
    assert len(mondego.article_ids) == 5
    assert mondego.article_ids[0].startswith("source-1")
    assert [trend.term for trend in desk.published] == ["Mondego", "Coimbra"]
    assert await Trends(client).current() == board
    assert await Trends(client).past(board.at) == board
    assert await Trends(client).past(board.at - DAY) is None
    exported = REGISTRY.get_sample_value("babelwire_trend_score", {"rank": "1", "term": "Mondego"})
    assert exported == mondego.score


async def test_what_an_operator_blocks_is_off_the_board_at_the_next_computation(client: AsyncOpenSearch) -> None:
    now, desk = clock.now(), Desk()
    await fill(client, [article(n, ["Mondego", "Sign In"], now) for n in range(3)])
    work = watch(client, desk)
    assert {trend.term for trend in (await work.compute()).trends} == {"Mondego", "Sign In"}
    await TermRules(client).say(["sign in"], "blocked", now)
    assert [trend.term for trend in (await work.compute()).trends] == ["Mondego"]
    await TermRules(client).say(["Sign In"], "fine", now)
    assert len((await work.compute()).trends) == 2


async def test_the_name_of_a_source_is_no_trend(client: AsyncOpenSearch) -> None:
    now = clock.now()
    paper = Source(id="paper", name="The Daily Mirror", home_page="https://mirror.test/", rights="full")
    await Sources(client).add([paper])
    await client.indices.refresh(index=names.SOURCES)
    await fill(client, [article(n, ["Mondego", "Daily Mirror"], now) for n in range(3)])
    assert [trend.term for trend in (await watch(client, Desk()).compute()).trends] == ["Mondego"]


async def test_only_what_changed_is_published_again(client: AsyncOpenSearch) -> None:
    now, desk = clock.now(), Desk()
    await fill(client, [article(n, ["Mondego"], now) for n in range(3)])
    work = watch(client, desk)
    await work.compute()
    await work.compute()
    assert len(desk.published) == 1
    await fill(client, [article(n, ["Mondego"], now + timedelta(milliseconds=1)) for n in range(3, 5)])
    await work.compute()
    assert [trend.sources for trend in desk.published] == [3, 5]


async def test_news_wakes_the_watch_and_only_the_partitions_owner_works(client: AsyncOpenSearch) -> None:
    now, mine, idle = clock.now(), Desk(), Desk()
    work, other = watch(client, mine), watch(client, idle)
    tasks = [asyncio.create_task(work.run(lambda: True)), asyncio.create_task(other.run(lambda: False))]
    async with asyncio.timeout(20):
        await mine.told.wait()  # the empty first board
        mine.told.clear()
        await fill(client, [article(n, ["Mondego"], now) for n in range(3)])
        await process(Item(_indexed(now), ce_id="c"), work)
        await mine.told.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [trend.term for trend in mine.published] == ["Mondego"]
    assert not idle.told.is_set()


async def test_who_cannot_claim_the_right_to_write_tries_again(client: AsyncOpenSearch) -> None:
    desk, lease = Desk(), Contended(client)
    await fill(client, [article(n, ["Mondego"], clock.now()) for n in range(3)])
    task = asyncio.create_task(watch(client, desk, tick=0.1, lease=lease).run(lambda: True))
    async with asyncio.timeout(20):
        await desk.told.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lease.tries == 2


def _indexed(at: datetime) -> Indexed:
    return Indexed(
        url_id="u", url="https://news.test/a", source_id="s", kind="new", article_id="a", index="i", revision=1, rendering=0,
        language="pt", status="translated", title="t", first_seen_at=at, indexed_at=at,
    )  # fmt: skip
