"""What trends are measured against: what every term had at moments of the last four weeks. The trends worker's own.

A moment is one entry, packed, since it is only ever read whole; an entry for each term would be millions.
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries

PAGE = 50
LARGEST = 64 * 1024 * 1024  # bytes of one unpacked; ours have a hundredth


class Counted(BaseModel):
    """What the window of `window_hours` that ended at `at` held. `packed`: distinct sources of each term, and with every
    source and language when it was first heard."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: AwareDatetime
    window_hours: int
    articles: int
    packed: str


_PACKED = TypeAdapter(tuple[dict[str, int], list[tuple[str, str, float]]])


def pack(terms: Mapping[str, int], voices: Sequence[tuple[str, str, float]]) -> str:
    """The two as base64 of deflated JSON."""
    return base64.b64encode(zlib.compress(json.dumps([terms, voices]).encode())).decode()


def unpack(packed: str) -> tuple[dict[str, int], list[tuple[str, str, float]]]:
    """What was packed. Raises ValueError for anything else."""
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(packed), LARGEST)
    except zlib.error as error:
        raise ValueError(f"not deflated: {error}") from error
    return _PACKED.validate_json(raw)


class TrendCounts:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._entries = Entries(client, names.TREND_COUNTS, Counted)

    async def keep(self, counted: Counted, epoch: int | None = None) -> None:
        """Writes it, whatever stood there for the same moment; with an `epoch`, unless a later one wrote it."""
        await self._entries.put_all({f"{counted.window_hours}-{clock.iso(counted.at)}": counted}, epoch)

    async def since(self, since: datetime, window_hours: int) -> list[Counted]:
        """Those from `since` on of windows of `window_hours`, the earliest first."""
        filters = [{"range": {"at": {"gte": clock.iso(since)}}}, {"term": {"window_hours": window_hours}}]
        body: dict[str, Any] = {"size": PAGE, "query": {"bool": {"filter": filters}}, "sort": [{"at": "asc"}]}
        found: list[Counted] = []
        while True:
            async with guarded():
                answer = await self._client.search(index=names.TREND_COUNTS, body=body)
            hits = answer["hits"]["hits"]
            found += [Counted.model_validate(hit["_source"]) for hit in hits]
            if len(hits) < PAGE:
                return found
            body["search_after"] = hits[-1]["sort"]

    async def forget(self, before: datetime) -> None:
        """Deletes those before `before`: nothing looks at them."""
        body = {"query": {"range": {"at": {"lt": clock.iso(before)}}}}
        async with guarded():
            await self._client.delete_by_query(index=names.TREND_COUNTS, body=body, params={"conflicts": "proceed"})
