import asyncio
from typing import Any, cast

from opensearchpy import AsyncOpenSearch

from shared.search.takedowns import Takedowns


class Shelf:
    """Answers every search with one bar, a little later, and counts."""

    searches = 0

    async def search(self, **_: Any) -> dict[str, Any]:
        self.searches += 1
        await asyncio.sleep(0)
        source = {"kind": "domain", "subject": "gone.example", "reason": "r", "by": "o", "at": "2026-03-09T00:00:00Z"}
        return {"hits": {"hits": [{"_source": source}]}}


async def test_those_who_want_to_know_at_once_are_told_by_one_search() -> None:
    shelf = Shelf()
    takedowns = Takedowns(cast(AsyncOpenSearch, shelf))
    urls = ("http://gone.example/a", "http://www.gone.example/b", "http://here.example/c")
    assert await asyncio.gather(*map(takedowns.barred, urls)) == [True, True, False]
    assert shelf.searches == 1
