"""Keeps stories: reads the window's articles from the index, tells their stories, writes what changed.

All is read from the index anew each time, so that a worker that takes over needs nothing of the one before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.trends.bonds import Candidate
from services.trends.clustering import Cluster, clustered, story_id
from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.search.stories import Member, Stories, Story

PAGE = 1_000
MOST = 5_000  # vectors of more would take longer to read and compare than the worker has between two ticks
READABLE = frozenset({"translated", "partial", "passed_through"})  # with an English title
FIELDS = ["article_id", "source_id", "language", "title", "translation.title", "translation.status", "times.discovered",
          "vector", "marks", "fingerprint"]  # fmt: skip

Document = Mapping[str, Any]


class Assigning:
    """`window` is how far back articles are looked at. Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, window: timedelta) -> None:
        self._client = client
        self._stories = Stories(client)
        self._window = window

    async def assign(self, until: datetime) -> int:
        """Brings stories and places up to the newest `MOST` articles of the window that ends at `until`; how many articles
        moved or came.

        A story that lost its last member to another keeps its id and has no members.
        """
        documents = {document["article_id"]: document async for document in self._documents(until)}
        # In a thread: the worker must go on telling Kafka that it lives.
        clusters = await asyncio.to_thread(clustered, [_candidate(document) for document in documents.values()])
        known = await self._stories.places(documents)
        _keep_names(clusters, known, {story_id(key) for key in documents})
        places = {cluster.story_id: _members(cluster, documents) for cluster in clusters}
        changed = [one for members in places.values() for one in members if known.get(one.article_id) != one]
        left = {known[one.article_id].story_id for one in changed if one.article_id in known}
        told = [
            told
            for key in sorted(left | {one.story_id for one in changed})
            if (told := await self._told(key, places.get(key, []), documents))
        ]
        await self._stories.write(told, changed)
        return len(changed)

    async def _told(self, key: str, members: list[Member], documents: Mapping[str, Document]) -> Story | None:
        """The story `key` of `members` and of those it had that are too old to be looked at again."""
        before = await self._stories.story(key)
        old = [one for one in await self._stories.members(before) if one.article_id not in documents] if before else []
        everyone = old + members
        if not everyone:
            empty = {"article_ids": (), "source_ids": (), "languages": (), "articles": 0, "sources": 0}
            return before.model_copy(update=empty) if before else None
        sources = tuple(dict.fromkeys(one.source_id for one in everyone))
        return Story(
            story_id=key,
            title=before.title if before and old else _title([documents[one.article_id] for one in members]),
            article_ids=tuple(one.article_id for one in everyone),
            source_ids=sources,
            languages=tuple(dict.fromkeys(one.language for one in everyone)),
            articles=len(everyone),
            sources=len(sources),
            first_at=everyone[0].seen_at,
            last_at=everyone[-1].seen_at,
        )

    async def _documents(self, until: datetime) -> AsyncIterator[Document]:
        seen = {"range": {"times.discovered": {"gte": clock.iso(until - self._window), "lte": clock.iso(until)}}}
        body: dict[str, Any] = {
            "size": PAGE,
            "query": {"bool": {"filter": [seen]}},
            "_source": FIELDS,
            "sort": [{"times.discovered": "desc"}, {"article_id": "asc"}],
            "track_total_hits": False,
        }
        for _ in range(MOST // PAGE):
            async with guarded():
                answer = await self._client.search(index=names.ARTICLES, body=body)
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield hit["_source"]
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]


def _seen(document: Document) -> datetime:
    return datetime.fromisoformat(document["times"]["discovered"])


def _candidate(document: Document) -> Candidate:
    return Candidate(
        document["article_id"],
        _seen(document),
        document["source_id"],
        document.get("vector"),
        frozenset(document.get("marks", ())),
        document.get("fingerprint"),
    )


def _members(cluster: Cluster, documents: Mapping[str, Document]) -> list[Member]:
    return [
        Member(
            article_id=key,
            story_id=cluster.story_id,
            source_id=documents[key]["source_id"],
            language=documents[key]["language"],
            seen_at=_seen(documents[key]),
            copy_of=cluster.copies.get(key),
        )
        for key in cluster.members
    ]


def _title(inside: Sequence[Document]) -> str:
    english = (one["translation"]["title"] for one in inside if one.get("translation", {}).get("status") in READABLE)
    return str(next(english, inside[0].get("title", "")))


def _keep_names(clusters: Sequence[Cluster], known: Mapping[str, Member], founded: Set[str]) -> None:
    """A story whose first article is too old to be looked at keeps its id, with the first cluster that has one of it."""
    taken: set[str] = set()
    for cluster in clusters:
        names_before = (known[key].story_id for key in cluster.members if key in known)
        old = next((name for name in names_before if name not in founded and name not in taken), None)
        if old:
            cluster.story_id = old
            taken.add(old)
