"""The counts of the window and its history, as the index tells them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch

from services.trends import reading
from services.trends.counting import Counting
from services.trends.scoring import Floors, Scored
from shared.errors import Fenced
from shared.search import names
from shared.search.lease import Lease
from shared.search.trend_counts import Counted, TrendCounts, pack
from tests.services.trends.articles import article, fill

pytestmark = pytest.mark.engines
UNTIL = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
WINDOW = timedelta(hours=24)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLOORS = Floors(articles=2, sources=2)


async def told(counting: Counting, at: datetime = UNTIL) -> dict[str, Scored]:
    await counting.update(at)
    return {one.term: one for one in await counting.ranked(at, FLOORS, 10)}


def month(days: int, sources: int) -> list[dict[str, Any]]:
    """`days` of history in which so many sources wrote of Portugal and all of something else on the first."""
    return [
        article(n, ["Portugal"], UNTIL - day * DAY - 2 * HOUR) for day in range(1, days + 1) for n in range(1, sources + 1)
    ] + [article(n, ["Weather"], UNTIL - days * DAY - 3 * HOUR) for n in range(60)]


async def test_terms_are_measured_against_what_the_days_before_had(client: AsyncOpenSearch) -> None:
    now = [article(n, ["Portugal", "Mondego"], UNTIL - HOUR) for n in range(1, 5)]
    await fill(client, month(9, 4) + now)
    found = await told(Counting(client, WINDOW))
    assert set(found) == {"Mondego"}
    assert (found["Mondego"].sources, found["Mondego"].articles) == (4, 4)
    assert set(found["Mondego"].languages) == {"en", "pt"}


async def test_a_worker_that_takes_over_tells_the_same_from_what_was_kept(client: AsyncOpenSearch) -> None:
    await fill(client, month(9, 4) + [article(n, ["Portugal"], UNTIL - HOUR) for n in range(1, 60)])
    first = await told(Counting(client, WINDOW))
    assert first["Portugal"].expected == pytest.approx(4, abs=0.7)
    await client.indices.refresh(index=names.TREND_COUNTS)
    kept = await TrendCounts(client).since(UNTIL - 60 * DAY, 24)
    assert len(kept) > 30
    # The history is no longer read from the articles.
    old = {"query": {"range": {"times.discovered": {"lt": (UNTIL - 3 * DAY).isoformat()}}}}
    await client.delete_by_query(index=names.ARTICLES, body=old, params={"refresh": "true"})
    assert await told(Counting(client, WINDOW)) == first


async def test_only_what_was_written_since_is_read_and_what_came_late_counts(client: AsyncOpenSearch) -> None:
    counting = Counting(client, WINDOW)
    await fill(client, [article(n, ["Mondego"], UNTIL - HOUR) for n in range(2)])
    assert (await told(counting))["Mondego"].sources == 2
    late = article(7, ["Mondego"], UNTIL - 20 * HOUR)
    late["times"]["indexed"] = UNTIL.isoformat()
    await fill(client, [late])
    assert (await told(counting, UNTIL + timedelta(minutes=1)))["Mondego"].sources == 3


async def test_a_translation_that_comes_later_replaces_the_terms_of_its_article(client: AsyncOpenSearch) -> None:
    counting = Counting(client, WINDOW)
    await fill(client, [article(n, ["Tempestade"], UNTIL - HOUR) for n in range(3)])
    assert set(await told(counting)) == {"Tempestade"}
    after = [article(n, ["Storm"], UNTIL - HOUR) for n in range(3)]
    for one in after:
        one["times"]["indexed"] = UNTIL.isoformat()
    await fill(client, after)
    assert set(await told(counting, UNTIL + timedelta(minutes=1))) == {"Storm"}


async def test_copies_of_one_text_count_once(client: AsyncOpenSearch) -> None:
    wire = [article(n, ["Wire"], UNTIL - HOUR) | {"fingerprint": "00000000000000ff"} for n in range(9)]
    own = [article(n, ["Own"], UNTIL - HOUR) | {"fingerprint": f"{n:x}" * 16} for n in range(9)]
    await fill(client, wire + own)
    assert set(await told(Counting(client, WINDOW))) == {"Own"}


async def test_a_moment_that_cannot_be_read_is_counted_again(client: AsyncOpenSearch) -> None:
    await fill(client, month(9, 4) + [article(n, ["Mondego"], UNTIL - HOUR) for n in range(9)])
    first = await told(Counting(client, WINDOW))
    await client.indices.refresh(index=names.TREND_COUNTS)
    spoil = {"script": {"source": "ctx._source.packed = 'spoilt'"}, "query": {"match_all": {}}}
    await client.update_by_query(index=names.TREND_COUNTS, body=spoil, params={"refresh": "true"})
    assert await told(Counting(client, WINDOW)) == first


async def test_while_a_long_history_is_taken_in_the_worker_can_tell_that_it_lives(client: AsyncOpenSearch) -> None:
    packed = pack({f"Term {number}": 3 for number in range(50_000)}, [])
    midnight = UNTIL.replace(hour=0, minute=0)
    for step in range(24):
        moment = Counted(at=midnight - step * 6 * HOUR, window_hours=24, articles=1, packed=packed)
        await TrendCounts(client).keep(moment)
    await client.indices.refresh(index=names.TREND_COUNTS)
    clock, longest = asyncio.get_running_loop().time, 0.0

    async def live() -> None:
        nonlocal longest
        while True:
            before = clock()
            await asyncio.sleep(0.001)
            longest = max(longest, clock() - before)

    living, began = asyncio.create_task(live()), clock()
    await Counting(client, WINDOW).update(UNTIL)
    living.cancel()
    assert longest < (clock() - began) / 3


async def test_a_stalled_workers_count_loses(client: AsyncOpenSearch) -> None:
    lease = Lease(client, "counting", "test")
    stalled = await lease.claim()
    await fill(client, month(2, 4))
    first = Counting(client, WINDOW)
    await first.update(UNTIL - 7 * HOUR, stalled)
    later = Counting(client, WINDOW)
    await later.update(UNTIL, await lease.claim())
    await client.indices.refresh(index=names.TREND_COUNTS)
    kept = await TrendCounts(client).since(UNTIL - 60 * DAY, 24)
    await fill(client, [article(n, ["Mondego"], UNTIL - 3 * HOUR) for n in range(9)])
    with pytest.raises(Fenced):
        await first.update(UNTIL, stalled)
    await client.indices.refresh(index=names.TREND_COUNTS)
    assert await TrendCounts(client).since(UNTIL - 60 * DAY, 24) == kept


async def test_an_empty_index_has_no_trends(client: AsyncOpenSearch) -> None:
    assert await told(Counting(client, WINDOW)) == {}


async def test_articles_are_read_page_by_page_in_order(client: AsyncOpenSearch) -> None:
    await fill(client, [article(n, ["Mondego"], UNTIL - n * HOUR) for n in range(7)])
    read = reading.sightings(client, reading.BY_SIGHT, UNTIL - DAY, UNTIL + HOUR, page=3)
    found = [one.source async for one, _ in read]
    assert found == [f"source-{n}" for n in reversed(range(7))]
