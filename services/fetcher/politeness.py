"""Each host's turn: one request at a time, with a pause after it, and rest when the host asks for it.

The state lives here because the topic is keyed by registered domain, so that a host has one fetcher (DESIGN §4.9). What
must survive a change of owner, the rest a host was given, is also kept in the index `hosts`, read when a host is first met.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.fetcher.reservations import Reservations
from shared.errors import Wait
from shared.item import Deadline
from shared.search.hosts import HostState

# What must wait longer waits in a retry topic instead of the window; the shortest of them takes about as long.
LONGEST_WAIT = timedelta(seconds=30)
FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(hours=1)
# Who is sent away comes back after one of these, or an hour. So many are out for each that the host is kept busy, and no
# more: thousands that came back every half a minute would wear out the broker.
COME_BACK = (timedelta(seconds=30), timedelta(minutes=5))
NEXT_HOUR = timedelta(hours=1)
OUT_AT_ONCE = 2  # times what the host takes meanwhile
# After so long without a request another fetcher may have had the host: it is met anew.
FORGOTTEN_AFTER = timedelta(minutes=10)
SWEPT_AT = 4_096

Sleep = Callable[[float], Awaitable[None]]


class Remembered(Protocol):
    """The index `hosts`."""

    async def get(self, host: str) -> HostState | None: ...
    async def put(self, state: HostState) -> None: ...


@dataclass(eq=False)
class _Host:
    next_at: datetime
    state: HostState
    generation: int
    ended_at: datetime  # of the last request; of another fetcher's, at the latest when the host was met
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    sent_away: dict[timedelta, deque[datetime]] = field(default_factory=lambda: {after: deque() for after in COME_BACK})

    def idle_since(self, moment: datetime) -> bool:
        return not self.busy and self.next_at < moment

    @property
    def busy(self) -> bool:
        return bool(self.waiting) or self.lock.locked()


class Politeness:
    """`clock` and `sleep` are the time it goes by."""

    def __init__(self, remembered: Remembered, clock: Callable[[], datetime], sleep: Sleep = asyncio.sleep) -> None:
        self._remembered = remembered
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._generation = 0

    def reassigned(self) -> None:
        """Hosts have changed hands: each is met anew, for another fetcher may have had it until now."""
        self._generation += 1

    @contextlib.asynccontextmanager
    async def turn(self, host: str, delay: timedelta, deadline: Deadline) -> AsyncIterator[None]:
        """The body has `host` to itself; it begins when `delay` has passed since the last request's end.

        A host met for the first time is left alone for one delay, for another fetcher may just have had it. Raises Wait when
        the turn would not come within half a minute.
        """
        found = await self._meet(host)
        self._refuse_long_waits(found, found.waiting, delay)
        found.waiting += 1
        try:
            with deadline.waiting():
                await self._come(found, delay)
        finally:
            found.waiting -= 1
        try:
            yield
        finally:
            found.ended_at = self._clock()
            found.next_at = max(found.next_at, found.ended_at + delay)
            found.lock.release()

    async def refused(self, host: str, after: timedelta | None = None) -> None:
        """The host did not answer or has had enough: it is left alone for `after`, or ever longer each time."""
        found = await self._meet(host)
        seconds = min(
            max(FIRST_BACK_OFF.total_seconds(), 2 * (found.state.backoff_seconds or 0.0)), LONGEST_BACK_OFF.total_seconds()
        )
        rest = after if after is not None else timedelta(seconds=seconds)
        found.next_at = max(found.next_at, self._clock() + rest)
        await self._remember(found, next_at=found.next_at, backoff_seconds=seconds, failures=(found.state.failures or 0) + 1)

    async def answered(self, host: str) -> None:
        """The host answered as it should: its failures are forgotten."""
        found = await self._meet(host)
        if found.state.failures:
            await self._remember(found, backoff_seconds=0.0, failures=0)

    async def robots(self, host: str) -> tuple[str, datetime] | None:
        """The robots.txt last read from `host`, and until when it holds."""
        state = (await self._meet(host)).state
        if state.robots is None or state.robots_until is None or state.robots_until <= self._clock():
            return None
        return state.robots, state.robots_until

    async def note_robots(self, host: str, text: str, until: datetime) -> None:
        """Keeps the robots.txt of `host` for whoever owns it next."""
        await self._remember(await self._meet(host), robots=text, robots_until=until)

    async def reservations(self, host: str) -> tuple[Reservations, datetime] | None:
        """What `host` was last seen to reserve, and until when it holds."""
        state = (await self._meet(host)).state
        if state.reservations_until is None or state.reservations_until <= self._clock():
            return None
        return Reservations(state.ai_txt, state.tdmrep), state.reservations_until

    async def note_reservations(self, host: str, found: Reservations, until: datetime) -> None:
        """Keeps what `host` reserves for whoever owns it next."""
        await self._remember(await self._meet(host), ai_txt=found.ai_txt, tdmrep=found.tdmrep, reservations_until=until)

    def __len__(self) -> int:
        return len(self._hosts)

    async def _come(self, host: _Host, delay: timedelta) -> None:
        await host.lock.acquire()
        try:
            # Not known before: robots.txt may have asked for a longer delay than it was fetched with.
            host.next_at = max(host.next_at, host.ended_at + delay)
            self._refuse_long_waits(host)  # the host may have asked for rest meanwhile
            while (left := (host.next_at - self._clock()).total_seconds()) > 0:
                await self._sleep(left)
        except BaseException:
            host.lock.release()
            raise

    def _refuse_long_waits(self, host: _Host, before: int = 0, delay: timedelta = timedelta(0)) -> None:
        """`before`: how many have their turn first."""
        rest = host.next_at - self._clock()
        if rest > LONGEST_WAIT:
            raise Wait("host rests", after=rest)
        if rest + before * delay > LONGEST_WAIT:
            raise Wait("host busy", after=self._come_back(host, delay))

    def _come_back(self, host: _Host, delay: timedelta) -> timedelta:
        now = self._clock()
        for after, out in host.sent_away.items():
            while out and out[0] <= now - after:
                out.popleft()
            if len(out) * delay < OUT_AT_ONCE * after:
                out.append(now)
                return after
        return NEXT_HOUR

    async def _meet(self, name: str) -> _Host:
        now, generation = self._clock(), self._generation
        known = self._hosts.get(name)
        if known and known.generation == generation and not known.idle_since(now - FORGOTTEN_AFTER):
            return known
        stored = await self._remembered.get(name) or HostState(host=name)
        met = self._hosts.get(name)
        if met is known:  # nobody else met it meanwhile
            self._forget_idle(now)
            # Requests in hand go on waiting in the same queue.
            met = self._hosts[name] = known if known and known.busy else _Host(now, stored, generation, now)
            met.state, met.generation, met.ended_at = stored, generation, now
            met.next_at = max(met.next_at, stored.next_at or now)
        return self._hosts[name]

    def _forget_idle(self, now: datetime) -> None:
        if len(self._hosts) % SWEPT_AT == SWEPT_AT - 1:
            for name in [name for name, host in self._hosts.items() if host.idle_since(now - FORGOTTEN_AFTER)]:
                del self._hosts[name]

    async def _remember(self, host: _Host, **changes: object) -> None:
        host.state = host.state.model_copy(update=changes)
        await self._remembered.put(host.state)
