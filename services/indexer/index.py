"""The articles' indices: writing whole documents, and looking up what stands where one could not be written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.indexer.bulk import BulkWriter, Document, Result
from services.indexer.versions import Standing
from shared.search import templates
from shared.search.client import guarded
from shared.settings import Settings


class Index:
    """Both raise Unavailable while OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, settings: Settings, writer: BulkWriter) -> None:
        self._client = client
        self._settings = settings
        self._writer = writer
        self._prepared = False

    async def prepare(self) -> None:
        """Puts the templates in force, once: a month's index made without them would have guessed mappings."""
        if not self._prepared:
            await templates.apply(self._client, self._settings)
            self._prepared = True

    async def write(self, index: str, article_id: str, version: int, body: Mapping[str, Any]) -> Result:
        """Writes the document unless its version or a higher one stands there. Raises Poison where it is refused."""
        await self.prepare()
        return await self._writer.write(Document(index, article_id, version, body))

    async def standing(self, index: str, article_id: str) -> Standing | None:
        """What the index holds of the article, in real time."""
        async with guarded():
            found = await self._client.get(
                index=index, id=article_id, _source_includes=["content_hash", "times.fetched"], ignore=[404]
            )
        if not found.get("found"):
            return None
        fetched = found["_source"].get("times", {}).get("fetched")
        return Standing(
            found["_version"], found["_source"]["content_hash"], datetime.fromisoformat(fetched) if fetched else None
        )
