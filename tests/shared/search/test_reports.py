from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.search.reports import Report, Reports

pytestmark = pytest.mark.engines


def report(words: str, hours: int = 0) -> Report:
    return Report(
        article_id="a" * 32, url="https://diario.test/a", title="A", language="pt", complaint="other", words=words,
        at=clock.now() - timedelta(hours=hours),
    )  # fmt: skip


async def test_reports_are_kept_once_and_read_the_newest_first(client: AsyncOpenSearch) -> None:
    reports = Reports(client)
    assert await reports.latest(5) == []
    assert await reports.add(report("old", 48))
    assert await reports.add(report("new"))
    assert not await reports.add(report("new"))
    await client.indices.refresh(index="reports-v1")
    assert [one.words for one in await reports.latest(5)] == ["new", "old"]
    assert await reports.count(clock.now(), timedelta(days=1)) == 1
