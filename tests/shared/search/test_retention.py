"""Old months go whole, and only those that are past."""

import os
from datetime import UTC, datetime

import pytest

from shared.errors import Transient
from shared.search import names, templates
from shared.search.client import connect
from shared.search.reindexing import Month, months
from shared.search.retention import NEVER, drop_months, past
from shared.settings import Settings

NOW = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)


def month(name: str, begun: str | None = None) -> Month:
    return Month(f"articles-v1-{name}", f"articles-v1-{name}", None, 0, begun)


THERE = [month(name) for name in ("2026.03", "2026.02", "2026.01", "2025.12", "2025.11", "1999.01")]


@pytest.mark.parametrize(
    ("keep", "left"),
    [(NEVER, 6), (1, 2), (2, 3), (3, 4), (4, 5), (12, 5), (1200, 6), (10**6, 6)],
)
def test_so_many_whole_months_stay_beside_the_present_one(keep: int, left: int) -> None:
    assert len(THERE) - len(past(THERE, NOW, keep)) == left
    assert past(THERE, NOW, keep) == THERE[left:]


def test_a_month_that_is_being_built_anew_stays_until_it_is_done() -> None:
    assert past([month("2020.01", begun="built-articles-v1-2020.01-7")], NOW, 1) == []


@pytest.mark.engines
async def test_a_dropped_month_is_gone_from_search_under_all_its_names(search: str) -> None:
    settings = Settings(opensearch_url=search)
    async with connect(settings) as client:
        await templates.apply(client, settings)
        built, young = "built-articles-v1-2025.01-8", "articles-v1-2026.02"
        await client.indices.create(index=built, body={"aliases": {names.ARTICLES: {}, "articles-v1-2025.01": {}}})
        for index in ("articles-v1-2024.12", young):
            await client.indices.create(index=index, body={"aliases": {names.ARTICLES: {}}})
        dropped = [one async for one in drop_months(client, NOW, 3)]
        assert [(one.name, one.index) for one in dropped] == [
            ("articles-v1-2025.01", built), ("articles-v1-2024.12", "articles-v1-2024.12"),
        ]  # fmt: skip
        left = {one.name for one in await months(client)}
        assert young in left
        assert not left & {one.name for one in dropped}
        assert [one async for one in drop_months(client, NOW, 3)] == []


@pytest.mark.engines
async def test_a_month_that_is_being_copied_into_a_snapshot_is_dropped_another_time(search: str) -> None:
    settings = Settings(opensearch_url=search)
    async with connect(settings) as client:
        await templates.apply(client, settings)
        await client.indices.create(index="articles-v1-2024.12", body={"aliases": {names.ARTICLES: {}}})
        page = {"article_id": "a", "text_en": os.urandom(400_000).hex()}
        await client.index(index="articles-v1-2024.12", id="a", body=page, params={"refresh": "true"})
        slow = {"location": "slow", "max_snapshot_bytes_per_sec": "10kb"}
        await client.snapshot.create_repository(repository="slow", body={"type": "fs", "settings": slow})
        await client.snapshot.create(repository="slow", snapshot="nightly", body={"indices": "articles-v1-2024.12"})
        try:
            with pytest.raises(Transient, match="snapshot"):
                assert [one async for one in drop_months(client, NOW, 3)] == []
        finally:
            await client.snapshot.delete(repository="slow", snapshot="nightly")
            await client.snapshot.delete_repository(repository="slow")
        assert [one.name async for one in drop_months(client, NOW, 3)] == ["articles-v1-2024.12"]
