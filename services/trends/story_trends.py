"""Which stories trend: those that more sources tell, each in words of its own, than a story usually has."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.trends.scoring import HALF_LIFE, LEAST_RISE, Floors
from services.trends.window import CAP
from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.search.stories import Stories
from shared.search.trends import TrendingStory

CANDIDATES = 200
SOURCES, ARTICLES = 100, 10
BACK = timedelta(days=28)
USUAL = 1.0  # source, where there is no history yet
LATEST: dict[str, Any] = {
    "top_hits": {"size": ARTICLES, "_source": ["article_id"], "sort": [{"seen_at": "desc"}, "article_id"]}
}


@dataclass(frozen=True)
class ToldBy:
    """A story's articles in the window, copies left out: of each source how many, and seconds since its latest."""

    story_id: str
    sources: Mapping[str, tuple[int, float]]
    article_ids: tuple[str, ...] = ()

    @property
    def articles(self) -> int:
        """At most `CAP` of a source."""
        return sum(min(CAP, number) for number, _ in self.sources.values())


def strength(told: ToldBy, usual: float) -> float:
    """(observed − expected)² / expected in distinct sources, and of that what is left after the half-life of each one's
    latest article; 0 for what is no trend."""
    observed = len(told.sources)
    if observed < LEAST_RISE * usual:
        return 0.0
    fresh = sum(math.pow(0.5, age / HALF_LIFE) for _, age in told.sources.values()) / observed
    return (observed - usual) ** 2 / usual * fresh


class StoryTrends:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, window: timedelta) -> None:
        self._client = client
        self._stories = Stories(client)
        self._window = window

    async def ranked(self, now: datetime, floors: Floors, most: int) -> list[TrendingStory]:
        """The strongest `most` stories over the floors, the strongest first."""
        told = [
            one
            for one in await self._told(now, floors)
            if len(one.sources) >= floors.sources and one.articles >= floors.articles
        ]
        if not told:
            return []
        usual = await self._usual(now)
        scored = sorted(((strength(one, usual), one) for one in told), key=lambda pair: (-pair[0], pair[1].story_id))
        found = []
        for score, one in scored[:most]:
            story = await self._stories.story(one.story_id)
            if score and story:
                found.append(
                    TrendingStory(
                        story_id=one.story_id,
                        title=story.title,
                        score=round(score, 3),
                        articles=sum(number for number, _ in one.sources.values()),
                        sources=len(one.sources),
                        expected=round(usual, 3),
                        source_ids=tuple(one.sources),
                        languages=story.languages,
                        article_ids=one.article_ids,
                        window_hours=round(self._window / timedelta(hours=1)),
                        at=now,
                    )
                )
        return found

    async def _told(self, now: datetime, floors: Floors) -> list[ToldBy]:
        here = {"range": {"seen_at": {"gte": clock.iso(now - self._window), "lte": clock.iso(now)}}}
        each = {
            "by": {
                "terms": {"field": "source_id", "size": SOURCES},
                "aggs": {"latest": {"max": {"field": "seen_at"}}},
            },
            "sources": {"cardinality": {"field": "source_id"}},
            "articles": LATEST,
        }
        stories = {
            "terms": {
                "field": "story_id",
                "size": CANDIDATES,
                "min_doc_count": floors.articles,
                "order": {"sources": "desc"},
            },
            "aggs": each,
        }
        query = {"bool": {"filter": [here], "must_not": [{"exists": {"field": "copy_of"}}]}}
        buckets = (await self._search(names.STORY_MEMBERS, query, {"stories": stories}))["stories"]["buckets"]
        return [_told_by(bucket, now.timestamp()) for bucket in buckets]

    async def _usual(self, now: datetime) -> float:
        """How many sources the stories of the weeks before had on average."""
        past = {"range": {"last_at": {"gte": clock.iso(now - BACK), "lt": clock.iso(now - self._window)}}}
        told = {"range": {"sources": {"gte": 1}}}
        found = await self._search(
            names.STORIES, {"bool": {"filter": [past, told]}}, {"usual": {"avg": {"field": "sources"}}}
        )
        return max(USUAL, found["usual"]["value"] or USUAL)

    async def _search(self, index: str, query: dict[str, Any], aggregations: dict[str, Any]) -> dict[str, Any]:
        body = {"size": 0, "track_total_hits": False, "query": query, "aggs": aggregations}
        async with guarded():
            answer = await self._client.search(index=index, body=body)
        found: dict[str, Any] = answer["aggregations"]
        return found


def _told_by(bucket: Mapping[str, Any], now: float) -> ToldBy:
    by: Sequence[Mapping[str, Any]] = bucket["by"]["buckets"]
    return ToldBy(
        bucket["key"],
        {one["key"]: (one["doc_count"], max(0.0, now - one["latest"]["value"] / 1000)) for one in by},
        tuple(hit["_source"]["article_id"] for hit in bucket["articles"]["hits"]["hits"]),
    )
