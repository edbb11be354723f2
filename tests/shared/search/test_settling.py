"""Months that are over are laid together, one at a time; those in which articles still come are left alone."""

import asyncio
from datetime import UTC, datetime

import pytest
from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.settling import LOOSE, settle_month

pytestmark = pytest.mark.engines
NOW = datetime(2026, 3, 3, tzinfo=UTC)  # February may still get articles


async def scattered(client: AsyncOpenSearch, index: str, segments: int) -> None:
    """A month that lies in so many segments."""
    unmerged = {"index": {"merge.policy.segments_per_tier": 100, "merge.policy.floor_segment": "1b"}}
    body = {"settings": unmerged, "aliases": {names.ARTICLES: {}}}
    await client.indices.create(index=index, body=body)
    for number in range(segments):
        await client.index(index=index, id=str(number), body={"article_id": str(number)}, params={"refresh": "true"})


async def segments(client: AsyncOpenSearch, index: str) -> int:
    return len(await client.cat.segments(index=index, params={"format": "json"}))


async def test_a_month_that_is_over_is_laid_together(client: AsyncOpenSearch) -> None:
    for month in ("2025.12", "2026.01", "2026.02"):
        await scattered(client, f"articles-v1-{month}", LOOSE + 2)
    for expected in ("articles-v1-2026.01", "articles-v1-2025.12"):
        settled = await settle_month(client, NOW)
        assert settled is not None
        assert settled.name == expected
        async with asyncio.timeout(30):
            while await segments(client, expected) > 1:
                await asyncio.sleep(0.05)
    assert await settle_month(client, NOW) is None, "what is left may still get articles"
    assert await segments(client, "articles-v1-2026.02") == LOOSE + 2
    assert (await client.count(index="articles-v1-2025.12"))["count"] == LOOSE + 2


async def test_a_few_late_articles_are_no_reason(client: AsyncOpenSearch) -> None:
    await scattered(client, "articles-v1-2025.12", LOOSE)
    assert await settle_month(client, NOW) is None
