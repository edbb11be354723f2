"""The ledger made again from what outlives it: the outcomes in Kafka, and the documents in the index.

Outcomes tell how each URL ended last, documents which URLs are indexed and who owns which article. Merging is what the
ledger always does, so a rebuild changes nothing that is right already, and may be done twice or while the wire runs.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_scan

from shared.errors import State
from shared.events import Outcome
from shared.search import names
from shared.search.client import guarded
from shared.search.ledger import ArticleEntry, Ledger

BATCH = 500
FIELDS = ("article_id", "url_id", "url", "source_id", "attempt", "revision", "rendering", "content_hash", "times")
REASON = "found in the index"


async def documents(client: AsyncOpenSearch) -> AsyncIterator[list[ArticleEntry]]:
    """Whose article each document is, in batches; those without text (tombstones) are left out. Raises Unavailable."""
    batch: list[ArticleEntry] = []
    query = {"_source": list(FIELDS), "query": {"exists": {"field": "revision"}}}
    async with guarded():
        async for hit in async_scan(client, query=query, index=names.ARTICLES, size=BATCH):
            batch.append(_entry(hit))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


async def restore(ledger: Ledger, found: list[ArticleEntry]) -> None:
    """Enters the owners in the ledger, and their URLs as indexed. Raises Unavailable."""
    for entry in found:
        standing = await ledger.claim(entry)
        if standing != entry and standing.url_id == entry.url_id and entry.content_hash:
            await ledger.record(entry.article_id, entry.revision, entry.rendering, entry.content_hash, entry.fetched_at)
    await ledger.settle(
        [
            Outcome(
                url_id=entry.url_id, url=entry.url, source_id=entry.source_id, state=State.INDEXED, reason=REASON,
                stage="indexer", at=entry.claimed_at, article_id=entry.article_id,
            )
            for entry in found
        ]
    )  # fmt: skip


def _entry(hit: dict[str, Any]) -> ArticleEntry:
    body = hit["_source"]
    times = body["times"]
    fetched = times.get("fetched")
    return ArticleEntry(
        article_id=body["article_id"], url_id=body["url_id"], url=body["url"], source_id=body["source_id"],
        index=hit["_index"], claimed_at=times.get("indexed") or times["discovered"], revision=body["revision"],
        rendering=body["rendering"], content_hash=body.get("content_hash"),
        fetched_at=datetime.fromisoformat(fetched) if fetched else None,
    )  # fmt: skip
