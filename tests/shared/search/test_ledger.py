import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared.errors import State, Unavailable
from shared.events import Outcome
from shared.search import names
from shared.search.client import connect
from shared.search.ledger import ArticleEntry, Discovery, Ledger
from shared.settings import Settings

pytestmark = pytest.mark.engines
START = datetime(2026, 3, 1, tzinfo=UTC)


def discovery(number: int, by: str = "request-1", version: str | None = None) -> Discovery:
    return Discovery(f"u{number}", f"https://news.test/{number}", "s", START, by, version)


def outcome(number: int, state: State, attempt: int = 0, minute: int = 0, reason: str = "") -> Outcome:
    return Outcome(
        url_id=f"u{number}", url=f"https://news.test/{number}", source_id="s", stage="fetcher", state=state, reason=reason,
        attempt=attempt, at=START + timedelta(minutes=minute),
    )  # fmt: skip


def claim(url: str, index: str = "articles-v1-2026.03") -> ArticleEntry:
    return ArticleEntry(
        article_id="a", url_id=url, url=f"https://news.test/{url}", source_id="s", index=index, claimed_at=START
    )


@pytest.fixture
def ledger(client: AsyncOpenSearch) -> Ledger:
    return Ledger(client)


async def test_a_url_is_fresh_once_and_again_only_for_the_request_that_found_it(ledger: Ledger) -> None:
    assert [found.fresh for found in await ledger.discover([discovery(1), discovery(2), discovery(1)])] == [
        True,
        True,
        False,
    ]
    assert [found.fresh for found in await ledger.discover([discovery(1), discovery(3)])] == [True, True]
    assert [found.fresh for found in await ledger.discover([discovery(1, by="request-2")])] == [False]
    await ledger.settle([outcome(1, State.GONE)])
    (found,) = await ledger.discover([discovery(1)])
    assert (found.fresh, found.entry.state) == (False, State.GONE)
    assert await ledger.counts() == {"queued": 2, "gone": 1}


async def test_readers_of_the_same_moment_each_get_their_own_entry(ledger: Ledger) -> None:
    await ledger.discover([discovery(number) for number in range(40)])
    found = await asyncio.gather(*(ledger.url(f"u{number}") for number in (*range(45), 7)))
    assert [entry and entry.url_id for entry in found] == [f"u{n}" for n in range(40)] + [None] * 5 + ["u7"]


async def test_there_is_no_entry_without_an_id(ledger: Ledger) -> None:
    await ledger.discover([discovery(1)])
    assert await ledger.url("") is None
    assert set(await ledger.urls(["", "u1"])) == {"u1"}


async def test_readers_of_the_same_moment_are_all_told_that_it_is_away() -> None:
    async with connect(Settings(opensearch_url="http://127.0.0.1:1")) as client:
        nowhere = Ledger(client)
        impatient = asyncio.create_task(nowhere.url("u0"))
        rest = asyncio.gather(*(nowhere.url(f"u{number}") for number in range(3)), return_exceptions=True)
        await asyncio.sleep(0)
        impatient.cancel()
        assert {type(answer) for answer in await rest} == {Unavailable}
        with pytest.raises(asyncio.CancelledError):
            await impatient


async def test_ten_outcomes_at_once_for_one_url_end_right(ledger: Ledger) -> None:
    await ledger.discover([discovery(1)])
    states = [State.FAILED, State.GONE, State.QUEUED, State.INDEXED, State.DUPLICATE]
    await asyncio.gather(*(ledger.settle([outcome(1, states[n % 5], n // 5, n)]) for n in range(10)))
    entry = await ledger.url("u1")
    assert entry and (entry.state, entry.attempt) == (State.INDEXED, 1)
    assert await ledger.counts() == {"indexed": 1}


async def test_settling_many_urls_at_once_creates_what_is_missing(ledger: Ledger) -> None:
    await ledger.discover([discovery(number) for number in range(0, 1200, 2)])
    await ledger.settle([outcome(number, State.INDEXED) for number in range(1200)] + [outcome(7, State.GONE, 1, 1)])
    assert await ledger.counts() == {"indexed": 1200}
    seven = await ledger.url("u7")
    assert seven and seven.last_fetch and seven.last_fetch.state is State.GONE


async def test_a_newer_version_is_asked_for_once_and_again_by_the_same_request(ledger: Ledger) -> None:
    await ledger.discover([discovery(1, version="2026-03-01T00:00:00Z")])
    await ledger.settle([outcome(1, State.INDEXED)])
    later = "2026-03-01T08:00:00Z"
    asked = await asyncio.gather(*(ledger.refetch("u1", later, f"request-{n}") for n in range(5)))
    (entry,) = [entry for entry in asked if entry]
    assert (entry.attempt, entry.state) == (1, State.INDEXED)
    assert entry.refetched_by
    assert await ledger.refetch("u1", later, entry.refetched_by) == entry
    assert await ledger.refetch("u1", "2026-03-01T07:00:00Z", "request-9") is None
    assert await ledger.refetch("unknown", later, "request-9") is None


async def test_the_sweep_finds_what_is_overdue_and_only_one_takes_it(ledger: Ledger) -> None:
    await ledger.discover([discovery(1), discovery(2)])
    waits = outcome(2, State.QUEUED, minute=1).model_copy(update={"not_before": START + timedelta(hours=5)})
    await ledger.settle([waits])
    await ledger.counts()  # makes the search see them
    (entry,) = await ledger.overdue(START + timedelta(hours=1), 10)
    assert entry.url_id == "u1"
    later = START + timedelta(hours=2)
    taken = await asyncio.gather(*(ledger.requeue(entry, later) for _ in range(3)))
    (again,) = [new for new in taken if new]
    assert (again.attempt, again.not_before) == (1, later)


async def test_the_way_is_that_of_the_latest_that_came_through_all_stages(ledger: Ledger) -> None:
    assert await ledger.way() == timedelta()
    await ledger.discover([discovery(number) for number in range(9)])
    through = [
        outcome(number, State.NOT_ARTICLE, minute=number).model_copy(update={"stage": "extractor"}) for number in (4, 5, 6)
    ]
    again = outcome(7, State.INDEXED, attempt=1, minute=300).model_copy(update={"stage": "indexer"})
    out = outcome(8, State.TAKEN_DOWN, minute=90_000).model_copy(update={"stage": "console"})
    await ledger.settle([*through, outcome(1, State.GONE, minute=400), again, out])
    counts = {"queued": 3, "not_article": 3, "gone": 1, "indexed": 1, "taken_down": 1}
    assert await ledger.counts() == counts  # and all is refreshed
    assert await ledger.way() == timedelta(minutes=5)


async def test_an_article_belongs_to_the_first_url_that_claims_it(ledger: Ledger) -> None:
    owners = await asyncio.gather(*(ledger.claim(claim(f"u{n}")) for n in range(5)))
    assert len({owner.url_id for owner in owners}) == 1
    entry = await ledger.article("a")
    assert entry == owners[0]
    assert await ledger.article("b") is None


async def test_what_was_written_is_noted_and_never_an_older_version_after_it(ledger: Ledger) -> None:
    await ledger.claim(claim("u1"))
    await ledger.record("a", 2, 0, "hash-2", START)
    await ledger.record("a", 1, 3, "hash-1", START)
    entry = await ledger.article("a")
    assert entry and (entry.revision, entry.rendering, entry.content_hash) == (2, 0, "hash-2")


async def test_without_its_index_nothing_is_written_and_opensearch_is_unavailable(client: AsyncOpenSearch) -> None:
    await client.indices.delete(index=names.LEDGER_URLS)
    ledger = Ledger(client)
    with pytest.raises(Unavailable):
        await ledger.discover([discovery(1)])
    with pytest.raises(Unavailable):
        await ledger.url("u1")
    with pytest.raises(Unavailable):
        await ledger.counts()
    assert not await client.indices.exists(index=names.LEDGER_URLS)


async def test_without_an_opensearch_everything_is_unavailable() -> None:
    client = connect(Settings(opensearch_url="http://127.0.0.1:9"))
    ledger = Ledger(client)
    for work in (
        ledger.discover([discovery(1)]),
        ledger.url("u1"),
        ledger.counts(),
        ledger.settle([outcome(1, State.GONE)]),
    ):
        with pytest.raises(Unavailable):
            await work
    await client.close()
