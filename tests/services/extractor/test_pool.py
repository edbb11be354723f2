import asyncio
from collections.abc import AsyncIterator

import pytest

from services.extractor.pool import Policy, WorkerPool
from shared.errors import Ended, State, Transient
from shared.events import Article
from shared.item import NoDeadline
from shared.telemetry.metrics import WORKERS_KILLED
from tests.services.extractor import hostile
from tests.services.extractor.pages import article, page

PAGE_SECONDS = 30.0


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    found = WorkerPool(workers=2, page_seconds=PAGE_SECONDS, worker_mib=1536, worker_pages=200)
    yield found
    await found.close()


async def one(pool: WorkerPool, html: str) -> Article | Ended:
    return await pool.extract(page(html), None, NoDeadline())


async def test_a_page_comes_back_as_an_article_or_as_a_named_state(pool: WorkerPool) -> None:
    assert isinstance(await one(pool, article()), Article)
    ended = await one(pool, "")
    assert isinstance(ended, Ended)
    assert ended.state is State.NOT_ARTICLE


async def test_every_hostile_page_ends_as_an_article_or_as_a_named_state_in_time(pool: WorkerPool) -> None:
    answers = await asyncio.gather(*(one(pool, html) for html in hostile.PAGES.values()), return_exceptions=True)
    unended = {
        name: each for name, each in zip(hostile.PAGES, answers, strict=True) if not isinstance(each, Article | Ended)
    }
    assert unended == {}


@pytest.mark.parametrize(
    ("task", "why", "reason"),
    [(hostile.hang, "timeout", "timed out"), (hostile.die, "died", "died"), (hostile.devour, "memory", "out of memory")],
)
async def test_a_worker_that_hangs_dies_or_swells_costs_only_its_own_item(task: object, why: str, reason: str) -> None:
    pool = WorkerPool(workers=2, page_seconds=2.0, worker_mib=1536, worker_pages=200)
    killed = WORKERS_KILLED.labels("extractor", why)
    before = killed._value.get()
    try:
        bad = asyncio.create_task(pool.run(task, deadline=NoDeadline()))  # type: ignore[arg-type]
        good = await asyncio.gather(*(one(pool, article()) for _ in range(6)))
        assert all(isinstance(each, Article) for each in good)
        with pytest.raises(Transient, match=reason):
            await bad
        assert isinstance(await one(pool, article()), Article)
        assert killed._value.get() == before + 1
    finally:
        await pool.close()


async def test_a_worker_is_replaced_after_its_share_of_pages() -> None:
    pool = WorkerPool(workers=1, page_seconds=PAGE_SECONDS, worker_mib=1536, worker_pages=2)
    try:
        seen = [await pool.run(hostile.worker, deadline=NoDeadline()) for _ in range(4)]
    finally:
        await pool.close()
    assert seen[0] == seen[1] != seen[2] == seen[3]


async def test_the_operators_rules_reach_the_worker() -> None:
    reserved = article(head='<meta name="tdm-reservation" content="1">')
    pool = WorkerPool(1, PAGE_SECONDS, 1536, 200, Policy(ignore_reservations=True))
    try:
        assert isinstance(await one(pool, reserved), Article)
    finally:
        await pool.close()


async def test_a_stopped_pool_is_not_live() -> None:
    pool = WorkerPool(1, PAGE_SECONDS, 1536, 200)
    assert pool.not_live() is None
    await pool.close()
    assert pool.not_live()
