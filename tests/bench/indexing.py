"""How fast documents are written: our bulk writer against opensearch-py's bare `async_streaming_bulk`, of the same ones, in
turns in one run. Beside it what the whole stage makes of it: with the claim in the ledger, the document's making and the
note afterwards, without vectors, which are another process's work.

`DOCUMENTS` in the environment: how many a round, 3,000 if not given; `ROUNDS`. Synthetic articles of real length, with
vectors.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_streaming_bulk

from services.indexer.bulk import BulkWriter, Document
from services.indexer.document import document
from services.indexer.embedding import NoEmbedder
from services.indexer.index import Index
from services.indexer.settings import IndexerSettings
from services.indexer.stage import Deps, process
from shared import clock
from shared.events import TranslatedArticle
from shared.item import Item
from shared.search import names
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.templates import apply
from shared.settings import Settings
from tests.bench.generators.archive import Archive
from tests.engines import running_opensearch

FLOOR = 0.9
DOCUMENTS = int(os.environ.get("DOCUMENTS", "3000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SEED = 7
INDEX = "articles-v1-2026.05"
Body = dict[str, Any]


async def in_window(things: Sequence[Any], window: int, work: Callable[[Any], Awaitable[object]]) -> None:
    """Does `work` on all, `window` at once, as the runner does."""
    waiting: Iterator[Any] = iter(things)

    async def one() -> None:
        for thing in waiting:
            await work(thing)

    await asyncio.gather(*(one() for _ in range(window)))


async def measured(url: str) -> dict[str, float]:
    settings, own = Settings(opensearch_url=url), IndexerSettings()
    moment = datetime(2026, 5, 30, tzinfo=UTC)
    made = [*Archive(DOCUMENTS, moment, SEED).articles()]
    articles = [one for one, _ in made]
    bodies: list[tuple[str, Body]] = [
        (one.article_id, document(one, vector=vector, indexed_at=clock.now())) for one, vector in made
    ]
    async with connect(settings) as client:
        await apply(client, settings)
        seconds: dict[str, list[float]] = {"bare": [], "ours": [], "stage": []}
        for number in range(ROUNDS + 1):
            version = number + 1
            for kind in ("bare", "ours", "stage") if number % 2 else ("stage", "ours", "bare"):
                await _empty(client, settings)
                began = time.perf_counter()
                if kind == "bare":
                    await _bare(client, bodies, own, version)
                elif kind == "ours":
                    await _ours(client, bodies, own, version)
                else:
                    await _stage(client, settings, articles, own)
                if number:  # the first is to warm up
                    seconds[kind].append(time.perf_counter() - began)
                await client.indices.refresh(index=names.ARTICLES)
                assert (await client.count(index=names.ARTICLES))["count"] == DOCUMENTS
    return {kind: DOCUMENTS / median(took) for kind, took in seconds.items()}


async def _empty(client: AsyncOpenSearch, settings: Settings) -> None:
    await client.indices.delete(index=f"{names.ARTICLES_PATTERN},{names.LEDGER_ARTICLES}")
    await apply(client, settings)
    await client.indices.create(index=INDEX, params={"ignore": 400})


async def _bare(client: AsyncOpenSearch, bodies: list[tuple[str, Body]], own: IndexerSettings, version: int) -> None:
    actions = (
        {"_op_type": "index", "_index": INDEX, "_id": key, "version": version, "version_type": "external", "_source": body}
        for key, body in bodies
    )
    async for done, answer in async_streaming_bulk(
        client, actions, chunk_size=own.bulk_documents, max_chunk_bytes=own.bulk_bytes
    ):
        assert done, answer


async def _ours(client: AsyncOpenSearch, bodies: list[tuple[str, Body]], own: IndexerSettings, version: int) -> None:
    writer = _writer(client, own)
    await in_window(bodies, own.window, lambda one: writer.write(Document(INDEX, one[0], version, one[1])))


async def _stage(
    client: AsyncOpenSearch, settings: Settings, articles: list[TranslatedArticle], own: IndexerSettings
) -> None:
    deps = Deps(Ledger(client), Index(client, settings, _writer(client, own)), NoEmbedder())
    await in_window(articles, own.window, lambda one: process(Item(one, ce_id=one.url_id), deps))


def _writer(client: AsyncOpenSearch, own: IndexerSettings) -> BulkWriter:
    return BulkWriter(client, documents=own.bulk_documents, size=own.bulk_bytes, wait=own.bulk_wait_ms / 1000)


def main() -> int:
    with running_opensearch() as engine:
        rates = asyncio.run(measured(engine.address))
    ratio = rates["ours"] / rates["bare"]
    print(
        json.dumps(
            {
                "name": "indexing", "value": round(rates["ours"], 1), "unit": "documents/s", "floor": FLOOR,
                "ratio": round(ratio, 3), "bare_per_second": round(rates["bare"], 1),
                "stage_per_second": round(rates["stage"], 1), "stage_ratio": round(rates["stage"] / rates["bare"], 3),
            }
        )
    )  # fmt: skip
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
