"""The ledger, the sources, the hosts and the time, in memory."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.errors import State
from shared.search.hosts import HostState
from shared.search.ledger import Discovery, Found, UrlEntry
from shared.search.ledger_rules import is_newer
from shared.search.sources import PollResult, Source

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeTime:
    """Moves only when someone sleeps; `slept` is what they asked for."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class FakeHosts:
    def __init__(self, *states: HostState) -> None:
        self.states = {state.host: state for state in states}
        self.asked: list[str] = []

    async def get(self, host: str) -> HostState | None:
        self.asked.append(host)
        return self.states.get(host)

    async def put(self, state: HostState) -> None:
        self.states[state.host] = state


class FakeLedger:
    def __init__(self) -> None:
        self.entries: dict[str, UrlEntry] = {}

    async def url(self, url_id: str) -> UrlEntry | None:
        return self.entries.get(url_id)

    async def discover(self, discoveries: Sequence[Discovery]) -> list[Found]:
        found = []
        for one in discoveries:
            known = self.entries.get(one.url_id)
            if known is None:
                known = self.entries[one.url_id] = UrlEntry(
                    url_id=one.url_id, url=one.url, source_id=one.source_id, discovered_at=one.discovered_at,
                    discovered_by=one.discovered_by, version=one.version, not_before=one.not_before or one.discovered_at,
                )  # fmt: skip
                found.append(Found(known, True))
            else:
                own = known.state is State.QUEUED and known.discovered_by == one.discovered_by
                found.append(Found(known, own))
        return found

    async def refetch(self, url_id: str, version: str, by: str) -> UrlEntry | None:
        known = self.entries[url_id]
        if known.version == version and known.refetched_by == by:
            return known
        if not is_newer(version, known):
            return None
        return self.set(url_id, version=version, refetched_by=by, attempt=known.attempt + 1)

    def set(self, url_id: str, **changes: object) -> UrlEntry:
        self.entries[url_id] = self.entries[url_id].model_copy(update=changes)
        return self.entries[url_id]


class FakeSources:
    def __init__(self, *sources: Source) -> None:
        self.sources = {source.id: source for source in sources}
        self.polls: list[tuple[str, PollResult]] = []

    async def get(self, source_id: str) -> Source | None:
        return self.sources.get(source_id)

    async def polled(self, source_id: str, feed_url: str, poll: PollResult) -> None:
        self.polls.append((feed_url, poll))
