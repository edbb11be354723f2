"""What the index says of terms: in the window, on the days before, and the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.trends.scoring import Counted
from shared import clock
from shared.search import names
from shared.search.client import guarded

CANDIDATES = 300
EVIDENCE_ARTICLES = 10
LANGUAGES = 20
# As for the archive's day: what says it was published earlier is old, what says it will be is wrong.
OLD = timedelta(days=7)
AHEAD = timedelta(hours=1)

SOURCES = {"sources": {"cardinality": {"field": "source_id"}}}


@dataclass(frozen=True)
class Evidence:
    """Whose trend it is: languages, the most used first, and the latest articles' ids."""

    languages: tuple[str, ...]
    article_ids: tuple[str, ...]


class Counting:
    """Counts by the time of first sight. Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, window: timedelta) -> None:
        self._client = client
        self._window = window

    async def terms(self, until: datetime, min_articles: int) -> list[Counted]:
        """The terms of the window that ends at `until`, those of most sources first."""
        terms = {
            "field": "trend_terms", "size": CANDIDATES, "min_doc_count": min_articles, "order": {"sources": "desc"},
        }  # fmt: skip
        found = await self._aggregate(until - self._window, until, {"terms": {"terms": terms, "aggs": SOURCES}})
        return [Counted(b["key"], b["doc_count"], b["sources"]["value"]) for b in found["terms"]["buckets"]]

    async def history(self, until: datetime, days: int, terms: Sequence[str]) -> tuple[int, dict[str, list[int]]]:
        """How many of the `days` before had any article in the same hours, and for each term its sources on those days
        that had it."""
        if not terms:
            return 0, {}
        shift = timedelta(days=1) * max(1, -(-self._window // timedelta(days=1)))
        ends = [until - shift * number for number in range(1, days + 1)]
        windows = [{"from": clock.iso(end - self._window), "to": clock.iso(end)} for end in ends]
        each = {"terms": {"terms": {"field": "trend_terms", "size": len(terms), "include": list(terms)}, "aggs": SOURCES}}
        days_before = {"date_range": {"field": "times.discovered", "ranges": windows}, "aggs": each}
        found = await self._aggregate(ends[-1] - self._window, ends[0], {"days": days_before})
        history: dict[str, list[int]] = {}
        for bucket in found["days"]["buckets"]:
            for term in bucket["terms"]["buckets"]:
                history.setdefault(term["key"], []).append(term["sources"]["value"])
        return sum(bucket["doc_count"] > 0 for bucket in found["days"]["buckets"]), history

    async def evidence(self, until: datetime, terms: Sequence[str]) -> dict[str, Evidence]:
        """The evidence for each of `terms` in the window."""
        if not terms:
            return {}
        each = {
            "languages": {"terms": {"field": "language", "size": LANGUAGES}},
            "latest": {
                "top_hits": {
                    "size": EVIDENCE_ARTICLES,
                    "_source": ["article_id"],
                    "sort": [{"times.discovered": "desc"}, "article_id"],
                }
            },
        }
        wanted = {"field": "trend_terms", "size": len(terms), "include": list(terms)}
        found = await self._aggregate(until - self._window, until, {"terms": {"terms": wanted, "aggs": each}})
        return {
            bucket["key"]: Evidence(
                tuple(language["key"] for language in bucket["languages"]["buckets"]),
                tuple(hit["_source"]["article_id"] for hit in bucket["latest"]["hits"]["hits"]),
            )
            for bucket in found["terms"]["buckets"]
        }

    async def _aggregate(self, since: datetime, until: datetime, aggregations: dict[str, Any]) -> dict[str, Any]:
        seen = {"range": {"times.discovered": {"gte": clock.iso(since), "lt": clock.iso(until)}}}
        dated = {"range": {"published_at": {"gte": clock.iso(since - OLD), "lt": clock.iso(until + AHEAD)}}}
        undated = {"bool": {"must_not": {"exists": {"field": "published_at"}}}}
        query = {"bool": {"filter": [seen, {"bool": {"should": [dated, undated], "minimum_should_match": 1}}]}}
        async with guarded():
            answer = await self._client.search(
                index=names.ARTICLES, body={"size": 0, "track_total_hits": False, "query": query, "aggs": aggregations}
            )
        found: dict[str, Any] = answer["aggregations"]
        return found
