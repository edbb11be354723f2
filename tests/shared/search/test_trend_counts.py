from datetime import UTC, datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.trend_counts import Counted, TrendCounts, pack, unpack

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_is_packed_is_unpacked() -> None:
    voices = [("diario", "pt", 1.5)]
    assert unpack(pack({"Mondego": 3, "東京": 2}, voices)) == ({"Mondego": 3, "東京": 2}, voices)


@pytest.mark.parametrize("packed", ["", "bm90IGRlZmxhdGVk", "eJyrVgIAAHcAOg==", "eJyrrgUAAXUA+Q==", "x"])
def test_what_is_no_pack_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match=r"not deflated|validation error|base64|padding"):
        unpack(packed)


@pytest.mark.engines
async def test_moments_are_read_in_order_by_window_and_old_ones_are_forgotten(client: AsyncOpenSearch) -> None:
    counts = TrendCounts(client)
    for hours in range(0, 60 * 6, 6):
        await counts.keep(Counted(at=AT + hours * HOUR, window_hours=24, articles=hours, packed=pack({}, [])))
    await counts.keep(Counted(at=AT, window_hours=48, articles=7, packed=pack({}, [])))
    await client.indices.refresh(index=names.TREND_COUNTS)
    found = await counts.since(AT + 6 * HOUR, 24)
    assert [one.articles for one in found] == list(range(6, 360, 6))
    await counts.forget(AT + 350 * HOUR)
    await client.indices.refresh(index=names.TREND_COUNTS)
    assert [one.articles for one in await counts.since(AT, 24)] == [354]


@pytest.mark.engines
async def test_a_count_that_was_on_its_way_does_not_replace_what_a_later_worker_kept(client: AsyncOpenSearch) -> None:
    counts = TrendCounts(client)
    late, kept = (Counted(at=AT, window_hours=12, articles=n, packed=pack({}, [])) for n in (1, 2))
    await counts.keep(kept, 8)
    await counts.keep(late, 7)
    await client.indices.refresh(index=names.TREND_COUNTS)
    assert await counts.since(AT, 12) == [kept]
