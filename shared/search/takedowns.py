"""What was taken down and why: the operators' record, and what bars its way back.

A URL that was taken down has the state `taken_down` in the ledger, for good. A domain has its bar here: it also holds for
URLs that nobody has found yet. A document that was taken down becomes a tombstone: its identities and nothing else, at a
version that no article ever has, so that neither a replay nor a stage that was just at it undoes it.
"""

import asyncio
import hashlib
import time
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.search import names
from shared.search.entries import Entries

TOMBSTONE_VERSION = 10**15  # revision 10^12: exact in JSON's doubles, and never reached by counting
KNOWN_FOR = timedelta(seconds=20)  # so that a bar holds everywhere well within a minute
MOST = 10_000


class Takedown(BaseModel):
    """One act of an operator. `subject` is a normalised URL or a host; `article_ids` those whose text went with it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["url", "domain"]
    subject: str
    reason: str
    by: str
    at: AwareDatetime
    urls: int = 0
    article_ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """One for each act, so that the second does not hide the first."""
        said = f"{self.kind} {self.subject} {clock.iso(self.at)}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]


class Takedowns:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._entries = Entries(client, names.TAKEDOWNS, Takedown)
        self._domains: frozenset[str] = frozenset()
        self._known_until = 0.0
        self._learning: asyncio.Task[None] | None = None

    async def add(self, takedown: Takedown) -> None:
        """Keeps the record; from now on a domain is barred."""
        await self._entries.put(takedown.id, takedown)
        await self._entries.refresh()
        self._known_until = 0.0

    async def all(self, kind: str | None = None) -> list[Takedown]:
        """The records, the newest first, at most 10,000."""
        query: dict[str, Any] = {"term": {"kind": kind}} if kind else {"match_all": {}}
        body = {"size": MOST, "query": query, "sort": [{"at": "desc"}]}
        return await self._entries.search(body, if_there=True)

    async def barred(self, url: str) -> bool:
        """Whether the domain of `url` was taken down, as it was known within the last 20 s."""
        if time.monotonic() >= self._known_until:
            if self._learning is None or self._learning.done():
                self._learning = asyncio.create_task(self._learn())
            await asyncio.shield(self._learning)  # one asks for all who want to know
        return bool(self._domains) and any(is_under(url, domain) for domain in self._domains)

    async def _learn(self) -> None:
        self._domains = frozenset(one.subject for one in await self.all("domain"))
        self._known_until = time.monotonic() + KNOWN_FOR.total_seconds()


async def nothing_barred(url: str) -> bool:
    """Where there is no list of takedowns."""
    return False


def is_under(url: str, domain: str) -> bool:
    """Whether `url` is on `domain` or below it. A domain with a port means that port alone."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    name, _, wanted = domain.partition(":")
    return (host == name or host.endswith(f".{name}")) and (not wanted or wanted == str(port))


def tombstone(article_id: str, shortid: str, url_id: str, source_id: str, at: datetime) -> dict[str, Any]:
    """What stands in a document's place: found by its names, and by nothing else."""
    return {
        "article_id": article_id,
        "shortid": shortid,
        "url_id": url_id,
        "source_id": source_id,
        "withdrawn": {"state": "taken_down", "at": clock.iso(at)},
    }
