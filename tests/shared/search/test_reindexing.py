"""A month is built anew while it is searched and written to."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from opensearchpy import AsyncOpenSearch

from services.indexer.bulk import BulkWriter, Document, Result
from shared.clock import now
from shared.errors import Unavailable
from shared.search import names, reindexing, templates
from shared.search.client import connect
from shared.search.reindexing import CURRENT, NotRebuilt, months, rebuild
from shared.search.takedowns import TOMBSTONE_VERSION, tombstone
from shared.settings import Settings

pytestmark = pytest.mark.engines

MONTH = "articles-v1-2025.01"
OLD = {
    "settings": {
        "index": {"knn": True},
        "analysis": {"analyzer": {"folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}},
    },
    "mappings": {"dynamic": "strict", "properties": {"title": {"type": "text", "analyzer": "folded"}}},
    "aliases": {names.ARTICLES: {}},
}
DOCUMENTS = 300


def body(number: int, revision: int = 1) -> dict[str, object]:
    vector = [1.0 if place == number % 512 else 0.01 for place in range(512)]
    return {
        "article_id": f"a{number}", "title": f"Title {number}", "original": {"pt": "As cheias"}, "revision": revision,
        "rendering": 0, "vector": vector,
    }  # fmt: skip


@pytest.fixture
async def old(search: str) -> AsyncIterator[AsyncOpenSearch]:
    """A month as it was made before the present mapping, with documents, one of them a tombstone."""
    settings = Settings(opensearch_url=search, refresh_seconds=0.1)
    client = connect(settings)
    await client.indices.create(index=MONTH, body=OLD)
    await templates.apply(client, settings)
    lines: list[dict[str, object]] = []
    for number in range(DOCUMENTS):
        place = {"_index": MONTH, "_id": f"a{number}", "version": 1000, "version_type": "external"}
        lines += [{"index": place}, body(number)]
    assert not (await client.bulk(body=lines, refresh=True))["errors"]
    grave = {"version": TOMBSTONE_VERSION, "version_type": "external", "refresh": "true"}
    await client.index(index=MONTH, id="a0", body=tombstone("a0", "s", "u", "x", now()), params=grave)
    yield client
    await client.close()


async def chosen(client: AsyncOpenSearch) -> reindexing.Month:
    return next(month for month in await months(client) if month.name == MONTH)


def silent(month: str, copied: int, total: int) -> None: ...


async def test_a_month_is_rebuilt_with_no_gap_in_search_and_nothing_written_meanwhile_is_lost(
    old: AsyncOpenSearch, search: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "SLICE", 40)
    settings = Settings(opensearch_url=search, refresh_seconds=0.1)
    seen: list[tuple[int, int]] = []
    written: dict[str, int] = {}
    waited = 0
    done = asyncio.Event()

    async def searching() -> None:
        query = {"size": 0, "track_total_hits": True, "query": {"range": {"article_id": {"gte": "a", "lt": "b"}}}}
        while not done.is_set():
            answer = await old.search(index=names.ARTICLES, body=query)
            seen.append((answer["hits"]["total"]["value"], answer["_shards"]["failed"]))

    async def writing() -> None:
        nonlocal waited
        writer = BulkWriter(old, documents=10, size=1_000_000, wait=0.0)
        number = 0
        while not done.is_set() or number < 20:
            number += 1
            key, version = (f"a{number}", 2000) if number % 2 else (f"new{number}", 1000)
            while True:
                try:
                    result = await writer.write(
                        Document(MONTH, key, version, body(number, version // 1000) | {"article_id": key})
                    )
                    assert result is Result.WRITTEN
                    written[key] = version
                    break
                except Unavailable:  # the runner's gate would wait
                    waited += 1
                    await asyncio.sleep(0.05)

    async def reindexing_() -> str:
        try:
            return await rebuild(old, settings, await chosen(old), silent, grace=0.5)
        finally:
            done.set()

    index, *_ = await asyncio.gather(reindexing_(), searching(), writing())

    assert len(seen) > 10
    assert {failed for _, failed in seen} == {0}
    assert {total for total, _ in seen} == {DOCUMENTS}  # never less, never twice
    month = await chosen(old)
    assert (month.index, month.version, month.is_current, month.begun) == (index, CURRENT, True, None)
    assert waited > 0
    for key, version in written.items():
        assert (await old.get(index=MONTH, id=key))["_version"] == version
    assert (await old.get(index=MONTH, id="a0"))["_version"] == TOMBSTONE_VERSION
    await old.indices.refresh(index=MONTH)
    stemmed = {"query": {"match": {"original.pt": "cheia"}}}
    assert (await old.search(index=names.ARTICLES, body=stemmed))["hits"]["total"]["value"] >= DOCUMENTS - 1
    nearest = {"query": {"knn": {"vector": {"vector": body(7)["vector"], "k": 1}}}}
    assert (await old.search(index=names.ARTICLES, body=nearest))["hits"]["hits"][0]["_id"] == "a7"
    # and once more, by the new name
    again = await rebuild(old, settings, month, silent, grace=0)
    assert again != index
    assert not await old.indices.exists(index=index)


async def test_an_interrupted_rebuild_goes_on_where_it_was(
    old: AsyncOpenSearch, search: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "SLICE", 50)
    settings = Settings(opensearch_url=search)
    told: list[int] = []

    def interrupt(month: str, copied: int, total: int) -> None:
        told.append(copied)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(old, settings, await chosen(old), interrupt, grace=0)
    begun = await chosen(old)
    assert begun.begun
    assert (await old.search(index=names.ARTICLES))["hits"]["total"]["value"] == DOCUMENTS  # the half one is not searched
    assert await rebuild(old, settings, begun, interrupt, grace=0) == begun.begun
    assert told[:3] == [50, 100, 150]
    assert min(told[3:]) == 200  # none of it again
    assert (await old.count(index=names.ARTICLES))["count"] == DOCUMENTS


async def test_what_does_not_add_up_stays_as_it_was_and_can_be_written(old: AsyncOpenSearch, search: str) -> None:
    settings = Settings(opensearch_url=search)
    month = await chosen(old)

    stray: list[asyncio.Task[object]] = []

    def spoil(name: str, copied: int, total: int) -> None:
        writing = old.index(index=f"{names.BUILT_PREFIX}{MONTH}-1", id="stray", body={"title": "x"})
        stray.append(asyncio.get_running_loop().create_task(writing))

    with pytest.raises(NotRebuilt, match="the old one stays"):
        await rebuild(old, settings, month, spoil, grace=0)
    await asyncio.gather(*stray)
    assert (await chosen(old)).index == MONTH
    await old.index(index=MONTH, id="after", body={"title": "still written"})
