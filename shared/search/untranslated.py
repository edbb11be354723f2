"""Articles that wait in the index for a translation. The document holds the whole `Article`, so nothing is fetched again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import ValidationError

from shared import clock
from shared.events import RENDERINGS, Article
from shared.search import names
from shared.search.client import guarded


class Untranslated:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client

    async def newest(
        self, before: Mapping[str, datetime], *, but: Collection[str], limit: int, most_renderings: int = RENDERINGS
    ) -> list[Article]:
        """Up to `limit` pending articles, the newest first: those in a language of `before` whose last translation was tried
        before that moment, and that were not rendered `most_renderings` times. `but`: ids of articles to leave out.

        What cannot be read as an article is left out; so is what was taken down, whose text is gone.
        """
        if not before or limit <= 0:
            return []
        languages = [
            {"bool": {"filter": [{"term": {"language": language}}, {"range": {"times.translated": {"lt": clock.iso(at)}}}]}}
            for language, at in before.items()
        ]
        query: dict[str, Any] = {
            "bool": {
                "filter": [
                    {"term": {"translation.status": "pending"}},
                    {"range": {"rendering": {"lt": min(most_renderings, RENDERINGS) - 1}}},
                    {"bool": {"should": languages, "minimum_should_match": 1}},
                ],
                "must_not": [{"ids": {"values": sorted(but)}}],
            }
        }
        return await self._newest(query, limit)

    async def bodies(self, languages: Collection[str], *, but: Collection[str], limit: int) -> list[Article]:
        """Up to `limit` articles in one of `languages` whose title alone was translated, the newest first."""
        if not languages or limit <= 0:
            return []
        query: dict[str, Any] = {
            "bool": {
                "filter": [
                    {"term": {"translation.body_waits": True}},
                    {"terms": {"language": sorted(languages)}},
                    {"range": {"rendering": {"lt": RENDERINGS - 1}}},
                ],
                "must_not": [{"ids": {"values": sorted(but)}}],
            }
        }
        return await self._newest(query, limit)

    async def _newest(self, query: dict[str, Any], limit: int) -> list[Article]:
        body = {
            "query": query, "size": limit, "sort": [{"times.discovered": "desc"}], "track_total_hits": False,
            "_source": {
                "excludes": ["vector", "translation", "text_original", "text_en", "original", "trend_terms", "marks"]
            },
        }  # fmt: skip
        async with guarded():
            answer = await self._client.search(index=names.ARTICLES, body=body)
        return [article for hit in answer["hits"]["hits"] if (article := _article(hit["_source"]))]

    async def waiting(self, article_ids: Collection[str]) -> set[str]:
        """Those of `article_ids` that still wait, whole or with their text."""
        if not article_ids:
            return set()
        waits = [{"term": {"translation.status": "pending"}}, {"term": {"translation.body_waits": True}}]
        query = {
            "bool": {
                "filter": [{"ids": {"values": sorted(article_ids)}}], "should": waits, "minimum_should_match": 1,
            }
        }  # fmt: skip
        async with guarded():
            answer = await self._client.search(
                index=names.ARTICLES, body={"query": query, "size": len(article_ids), "_source": False}
            )
        return {hit["_id"] for hit in answer["hits"]["hits"]}


def _article(source: Mapping[str, Any]) -> Article | None:
    try:
        return Article.model_validate(source)
    except ValidationError:
        return None
