"""How fast news gets through: over the newest documents, from publication and from discovery to being searchable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.client import guarded

NEWEST = 200


@dataclass(frozen=True)
class Freshness:
    """Over the newest `articles` documents; seconds are medians, None where nothing has both times."""

    articles: int
    last_indexed_at: str | None
    from_publication_seconds: float | None
    from_discovery_seconds: float | None


async def read(client: AsyncOpenSearch) -> Freshness:
    """Raises Unavailable."""
    body = {"size": NEWEST, "sort": [{"times.indexed": "desc"}], "_source": ["published_at", "times"]}
    async with guarded():
        answer = await client.search(index=names.ARTICLES, body=body)
    return freshness([hit["_source"] for hit in answer["hits"]["hits"]])


def freshness(documents: Sequence[dict[str, Any]]) -> Freshness:
    """Of documents, the newest first."""
    waits: dict[str, list[float]] = {"published": [], "discovered": []}
    for document in documents:
        times = document.get("times") or {}
        begins = {"published": document.get("published_at"), "discovered": times.get("discovered")}
        for name, begin in begins.items():
            if begin and times.get("indexed"):
                seconds = (datetime.fromisoformat(times["indexed"]) - datetime.fromisoformat(begin)).total_seconds()
                waits[name].append(max(0.0, seconds))
    last = (documents[0].get("times") or {}).get("indexed") if documents else None
    return Freshness(len(documents), last, _median(waits["published"]), _median(waits["discovered"]))


def _median(seconds: list[float]) -> float | None:
    return round(median(seconds), 1) if seconds else None
