"""What can be translated at present: each translator at work says so again and again, and the scheduler reads it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.search import names
from shared.search.entries import Entries

# Whoever is silent for so long is gone, and what only he could do cannot be done.
LAPSED = timedelta(minutes=10)
MOST = 2_000


class Pair(BaseModel):
    """`engine` (its name and the version of its model) has translated from `language` into English `since`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: str
    engine: str
    since: AwareDatetime
    seen_at: AwareDatetime

    def seen(self, now: datetime) -> "Pair":
        """As seen again at `now`; a pair that had lapsed begins anew."""
        lapsed = now - self.seen_at > LAPSED
        return self.model_copy(update={"seen_at": now, "since": now if lapsed else self.since})


class Pairs:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._entries = Entries(client, names.PAIRS, Pair)

    async def announce(self, engines: Mapping[str, str], now: datetime) -> None:
        """Says that each language is translated by the engine named. An entry that another translator changes at the same
        moment is his."""
        ids = {f"{language} {engine}": (language, engine) for language, engine in engines.items()}
        standing = await self._entries.read(ids)
        fresh = {
            key: Pair(language=language, engine=engine, since=now, seen_at=now)
            for key, (language, engine) in ids.items()
            if key not in standing
        }
        await self._entries.create(fresh)
        await self._entries.replace({key: (found, found.entry.seen(now)) for key, found in standing.items()})

    async def since(self, now: datetime) -> dict[str, datetime]:
        """The languages that can be translated, each with the moment at which its newest pair came."""
        alive: dict[str, Any] = {"range": {"seen_at": {"gte": clock.iso(now - LAPSED)}}}
        found: dict[str, datetime] = {}
        for pair in await self._entries.search({"query": alive, "size": MOST}):
            found[pair.language] = max(pair.since, found.get(pair.language, pair.since))
        return found
