"""The newsroom as `up --demo` deals with it: its sources, its rounds, and what it knows to be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shared.ids import url_id
from shared.search.sources import Source

SECONDS = 30.0


@dataclass(frozen=True)
class Unexpected:
    """A URL whose state is not the one that the newsroom expects; `found` None: it was never discovered."""

    url: str
    expected: str
    found: str | None


@dataclass(frozen=True)
class Said:
    """What the newsroom says at the end: the ids of its sources, how many articles they list, and `truth`: URL to the state
    it must end in."""

    sources: frozenset[str]
    published: int
    truth: Mapping[str, str]


class Newsroom:
    """The newsroom's control server at `address`. Everything raises httpx.HTTPError."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=SECONDS, trust_env=False)

    async def __aenter__(self) -> "Newsroom":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()

    async def sources(self) -> list[Source]:
        return [Source.model_validate(entry) for entry in await self._get("/sources.json")]

    async def status(self) -> dict[str, Any]:
        """`round`, `rounds`, `done`, `published`."""
        return dict(await self._get("/status"))

    async def next_round(self) -> None:
        """Has it publish what comes next."""
        (await self._client.post("/next")).raise_for_status()

    async def said(self) -> Said:
        ids = frozenset(source.id for source in await self.sources())
        return Said(ids, (await self.status())["published"], await self._get("/truth"))

    async def _get(self, path: str) -> Any:
        answer = await self._client.get(path)
        answer.raise_for_status()
        return answer.json()


def unexpected(truth: Mapping[str, str], states: Mapping[str, str]) -> list[Unexpected]:
    """Where the ledger's `states` (by url id) differ from the newsroom's `truth` (by URL), sorted by URL."""
    return [
        Unexpected(url, expected, states.get(url_id(url)))
        for url, expected in sorted(truth.items())
        if states.get(url_id(url)) != expected
    ]
