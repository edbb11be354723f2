"""What trends look at in the index's articles, in the order of first sight or of what was written last."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.trends.window import Sighting
from shared import clock
from shared.search import names
from shared.search.client import guarded

PAGE = 10_000  # the most that OpenSearch gives at once
AT_ONCE = 250  # articles, some milliseconds
# Only what is read: a third less to parse. And all shards or none: what a shard leaves out would never be counted.
PARAMETERS = {"filter_path": "hits.hits.fields,hits.hits.sort", "allow_partial_search_results": "false"}
# Columns, not the documents, which would have to be read whole for them.
COLUMNS: list[Any] = [
    "article_id", "source_id", "language", "trend_terms", "fingerprint",
    *({"field": field, "format": "epoch_millis"} for field in ("times.discovered", "times.indexed", "published_at")),
]  # fmt: skip
BY_SIGHT, BY_WRITING = "times.discovered", "times.indexed"


async def sightings(
    client: AsyncOpenSearch, by: str, since: datetime, until: datetime, page: int = PAGE
) -> AsyncGenerator[tuple[Sighting, float], None]:
    """The articles whose time `by` is from `since` to before `until`, in its order, each with the time its document was
    written (seconds since 1970). While one page is looked at the next is fetched. Raises Unavailable."""
    body: dict[str, Any] = {
        "size": page,
        "query": {"range": {by: {"gte": clock.iso(since), "lt": clock.iso(until)}}},
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": COLUMNS,
        "sort": [{by: "asc"}, {"article_id": "asc"}],
        "track_total_hits": False,
    }
    fetching = asyncio.create_task(_page(client, body))
    try:
        while hits := await fetching:
            body = {**body, "search_after": hits[-1]["sort"]}
            fetching = asyncio.create_task(_page(client, body) if len(hits) == page else _none())
            for number, hit in enumerate(hits):
                yield _sighting(hit["fields"])
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)  # for the next page's request, and to tell Kafka that the worker lives
    finally:
        fetching.cancel()


async def _page(client: AsyncOpenSearch, body: Mapping[str, Any]) -> list[Any]:
    async with guarded():
        answer = await client.search(index=names.ARTICLES, body=body, params=PARAMETERS)
    return list(answer.get("hits", {}).get("hits", ()))


async def _none() -> list[Any]:
    return []


def _sighting(fields: Mapping[str, list[Any]]) -> tuple[Sighting, float]:
    published = _seconds(fields, "published_at")
    fingerprint = fields.get("fingerprint")
    seen = _seconds(fields, BY_SIGHT) or 0.0
    sighting = Sighting(
        fields["article_id"][0],
        seen,
        fields["source_id"][0],
        fields.get("language", ("",))[0],
        fields.get("trend_terms", ()),
        published,
        int(fingerprint[0], 16) if fingerprint else None,
    )
    return sighting, _seconds(fields, BY_WRITING) or seen


def _seconds(fields: Mapping[str, list[Any]], name: str) -> float | None:
    found = fields.get(name)
    return int(found[0]) / 1000 if found else None
