"""What the index has around an article: what came since, what is like it, what decides of it."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy
from opensearchpy import AsyncOpenSearch

from services.trends.bonds import AROUND, Candidate
from shared import clock
from shared.search import names
from shared.search.client import guarded, hits_of

PAGE = 1_000
AT_ONCE = 200  # documents with their vectors; more would make an answer of megabytes
# Nearest neighbours asked for. An event has at first few articles; later ones are led to all of its story by any of them.
NEAREST = 24
KEPT = 20_000  # articles kept in memory, 5 to 8 KB each; the rest is read again when it is needed
READABLE = frozenset({"translated", "partial", "passed_through"})  # with an English title
FIELDS = ["article_id", "source_id", "language", "title", "translation.title", "translation.status", "times.discovered",
          "vector", "marks", "fingerprint"]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """An article of the index. `version` is its document's; `title` is English where there is English."""

    candidate: Candidate
    language: str
    title: str
    readable: bool
    version: int


class Nearby:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._kept: OrderedDict[str, Found] = OrderedDict()

    async def came(self, seen: datetime, indexed: datetime | None) -> AsyncIterator[dict[str, int]]:
        """The ids of what was first seen at `seen` or later, page by page, the first seen first, with their documents'
        versions; only of what was indexed at `indexed` or later, if it is given."""
        filters: list[dict[str, Any]] = [{"range": {"times.discovered": {"gte": clock.iso(seen)}}}]
        if indexed:
            filters.append({"range": {"times.indexed": {"gte": clock.iso(indexed)}}})
        body: dict[str, Any] = {
            "size": PAGE, "query": {"bool": {"filter": filters}}, "_source": False, "version": True,
            "track_total_hits": False, "sort": [{"times.discovered": "asc"}, {"article_id": "asc"}],
        }  # fmt: skip
        while True:
            async with guarded():
                answer = await self._client.search(index=names.ARTICLES, body=body)
            hits = answer["hits"]["hits"]
            yield {hit["_id"]: hit["_version"] for hit in hits}
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    async def read(self, versions: Mapping[str, int | None]) -> dict[str, Found]:
        """Those of the articles that the index has, by id; a version that is given is the least that will do."""
        found, wanted = {}, []
        for key, version in versions.items():
            kept = self._kept.get(key)
            if kept and kept.version >= (version or 0):
                self._kept.move_to_end(key)
                found[key] = kept
            else:
                wanted.append(key)
        for start in range(0, len(wanted), AT_ONCE):
            ids = wanted[start : start + AT_ONCE]
            body = {"size": len(ids), "query": {"ids": {"values": ids}}, "_source": FIELDS, "version": True}
            async with guarded():
                answer = await self._client.search(index=names.ARTICLES, body=body)
            found |= {one.candidate.article_id: one for one in map(_found, answer["hits"]["hits"])}
        self._keep(found)
        return found

    async def like(self, candidates: Sequence[Candidate]) -> dict[str, list[str]]:
        """For each candidate with a vector the ids of its nearest neighbours, first seen within 72 hours of it."""
        asked = [one for one in candidates if one.vector is not None]
        lines: list[dict[str, Any]] = []
        for one in asked:
            around = {"gte": clock.iso(one.seen_at - AROUND), "lte": clock.iso(one.seen_at + AROUND)}
            filters = {"range": {"times.discovered": around}}
            vector = [float(number) for number in one.vector] if one.vector is not None else []
            nearest = {"vector": vector, "k": NEAREST, "filter": filters}
            lines += [{}, {"size": NEAREST, "query": {"knn": {"vector": nearest}}, "_source": False}]
        if not lines:
            return {}
        async with guarded():
            answer = await self._client.msearch(body=lines, index=names.ARTICLES)
        answers = zip(asked, answer["responses"], strict=True)
        return {
            one.article_id: [hit["_id"] for hit in hits_of(told) if hit["_id"] != one.article_id] for one, told in answers
        }

    def _keep(self, found: Mapping[str, Found]) -> None:
        self._kept.update(found)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def bands(fingerprint: str | None) -> tuple[str, ...]:
    """The four quarters of a fingerprint: of two that differ in up to three bits, one at least is the same."""
    if not fingerprint:
        return ()
    return tuple(f"{place}:{fingerprint[4 * place : 4 * place + 4]}" for place in range(4))


def sharing(candidates: Iterable[Candidate]) -> dict[str, list[str]]:
    """For each candidate the ids of the others that share a band with it."""
    having: dict[str, list[str]] = {}
    together = list(candidates)
    for one in together:
        for band in bands(one.fingerprint):
            having.setdefault(band, []).append(one.article_id)
    return {
        one.article_id: [key for band in bands(one.fingerprint) for key in having[band] if key != one.article_id]
        for one in together
    }


def _found(hit: Mapping[str, Any]) -> Found:
    document = hit["_source"]
    english = document.get("translation", {})
    readable = english.get("status") in READABLE
    vector = document.get("vector")
    candidate = Candidate(
        document["article_id"],
        datetime.fromisoformat(document["times"]["discovered"]),
        document["source_id"],
        None if vector is None else numpy.asarray(vector, dtype=numpy.float32),
        frozenset(document.get("marks", ())),
        document.get("fingerprint"),
    )
    title = str(english.get("title", "") if readable else document.get("title", ""))
    return Found(candidate, document["language"], title, readable, hit["_version"])
