"""One visit to a URL: robots.txt, the host's turn, the exchange, and the same again for each redirect within the domain."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit
from weakref import WeakValueDictionary

from services.fetcher import answers
from services.fetcher.politeness import Politeness
from services.fetcher.reservations import AI_TXT, TDMREP, Reservations
from services.fetcher.reservations import MAX_BYTES as MOST_OF_A_FILE
from services.fetcher.retry_after import retry_after
from services.fetcher.robots import MAX_BYTES, Robots, parse, rules_of
from shared.errors import Ended, State, Transient, Unavailable, Wait
from shared.http.client import Answer, GuardedClient, Unreachable, Wanted, next_hop, successful
from shared.http.guard import literal_address
from shared.ids import registered_domain
from shared.item import Deadline
from shared.telemetry import metrics

ROBOTS_KEPT = timedelta(hours=24)  # RFC 9309 §2.4
ROBOTS_ASKED_AGAIN = timedelta(seconds=30)  # after a robots.txt that could not be had
KEPT_ROBOTS = 4_096  # hosts whose rules are in memory


@dataclass(frozen=True)
class Visit:
    """How it ended: with `answer`, or, when `moved` is set, with a redirect to another registered domain's URL. `reserved`:
    what the site's ai.txt and tdmrep.json reserve of the page."""

    answer: Answer
    moved: str | None = None
    reserved: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rules:
    """`robots` None: they could not be had, `why_none` says why, and a URL that waits for them in vain ends as `state`."""

    robots: Robots | None
    until: datetime
    why_none: str = ""
    state: State = State.FAILED
    after: timedelta | None = None


class Visitor:
    """`anonymous`: no contact is known, so that nothing beyond loopback and the allow-list may be visited; `heeds`: sites
    are asked for their ai.txt and tdmrep.json."""

    def __init__(
        self,
        client: GuardedClient,
        politeness: Politeness,
        clock: Callable[[], datetime],
        *,
        agent: str,
        delay: timedelta,
        anonymous: bool = False,
        is_local: Callable[[str, int], bool] = lambda host, port: False,
        heeds: bool = False,
    ) -> None:
        self._client = client
        self._politeness = politeness
        self._clock = clock
        self._agent = agent
        self._delay = delay
        self._anonymous = anonymous
        self._is_local = is_local
        self._heeds = heeds
        self._rules: dict[str, _Rules] = {}
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def visit(
        self,
        url: str,
        deadline: Deadline,
        *,
        delay: float | None = None,
        headers: Mapping[str, str] | None = None,
        wanted: Wanted = successful,
        hops: int = 0,
        to_mine: bool = False,
    ) -> Visit:
        """Fetches `url`, following redirects as long as they stay within its registered domain.

        `delay`: the source's own, seconds; `hops`: redirects so far; `to_mine`: its text will be mined. Raises Ended
        (disallowed, blocked, too large, redirect loop), Wait while the host is busy, Transient when it did not work this
        time, Unavailable without a contact.
        """
        seen = {url}
        own_delay = self._delay if delay is None else timedelta(seconds=delay)
        while True:
            self._client.check(url)
            self._check_contact(url)
            robots = await self._robots(url, own_delay, deadline)
            if not robots.allows(url, self._agent):
                raise Ended(State.DISALLOWED, "robots.txt")
            pause = max(own_delay, timedelta(seconds=robots.crawl_delay(self._agent)))
            reservations = await self._reservations(url, pause, deadline) if self._heeds and to_mine else Reservations()
            answer = await self._exchange(url, pause, deadline, headers, wanted)
            if answer.location is None:
                return Visit(answer, reserved=reservations.of(url, self._agent))
            target = next_hop(answer, seen, earlier=hops)
            self._client.check(target)
            if registered_domain(target) != registered_domain(url):
                return Visit(answer, moved=target)
            url = target

    async def _exchange(
        self,
        url: str,
        pause: timedelta,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        wanted: Wanted = successful,
        first: int | None = None,
    ) -> Answer:
        host = host_of(url)
        async with self._politeness.turn(host, pause, deadline):
            try:
                answer = await self._client.get(url, headers, wanted, first)
            except Unreachable:
                metrics.FETCHES.labels("none").inc()
                await self._politeness.refused(host)
                raise
            metrics.FETCHES.labels(answers.answer_class(answer.status)).inc()
            metrics.FETCHED_BYTES.inc(len(answer.body))
            if answer.status in answers.ASKS_FOR_REST:
                await self._politeness.refused(host, self.retry_after(answer))
            else:
                await self._politeness.answered(host)
        return answer

    def retry_after(self, answer: Answer) -> timedelta | None:
        """What its Retry-After asks for."""
        return retry_after(answer.headers.get("retry-after"), self._clock())

    async def _robots(self, url: str, delay: timedelta, deadline: Deadline) -> Robots:
        host = host_of(url)
        rules = self._known(host)
        if rules is None:
            lock = self._asking.setdefault(host, asyncio.Lock())
            with deadline.waiting():
                await lock.acquire()
            try:
                rules = self._known(host) or await self._learn(url, host, delay, deadline)
                self._keep(host, rules)
            finally:
                lock.release()
        if rules.robots is None:
            raise Transient(rules.why_none, after=rules.after, state=rules.state)
        return rules.robots

    def _known(self, host: str) -> _Rules | None:
        rules = self._rules.get(host)
        return rules if rules and rules.until > self._clock() else None

    def _keep(self, host: str, rules: _Rules) -> None:
        self._rules.pop(host, None)
        while len(self._rules) >= KEPT_ROBOTS:
            del self._rules[next(iter(self._rules))]
        self._rules[host] = rules

    async def _learn(self, url: str, host: str, delay: timedelta, deadline: Deadline) -> _Rules:
        remembered = await self._politeness.robots(host)
        if remembered is not None:
            return _Rules(parse(remembered[0]), remembered[1])
        again = self._clock() + ROBOTS_ASKED_AGAIN
        try:
            answer = await self._fetch_robots(url, delay, deadline)
        except Ended:
            robots = parse("")  # led in a circle, or nowhere: as good as none (RFC 9309 §2.3.1.2)
        except Wait:
            raise
        except Transient as error:
            return _Rules(None, again, f"robots.txt: {error.reason}")
        else:
            found = rules_of(answer.status, answer.body)
            if found is None:
                why = f"robots.txt: http {answer.status}"
                return _Rules(None, again, why, State.DISALLOWED, self.retry_after(answer))
            robots = found
        until = self._clock() + ROBOTS_KEPT
        await self._politeness.note_robots(host, robots.text, until)
        return _Rules(robots, until)

    async def _fetch_robots(self, url: str, delay: timedelta, deadline: Deadline) -> Answer:
        parts = urlsplit(url)
        at = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"
        seen = {at}
        while True:
            answer = await self._exchange(at, delay, deadline, first=MAX_BYTES)
            if answer.location is None:
                return answer
            at = next_hop(answer, seen)

    async def _reservations(self, url: str, pause: timedelta, deadline: Deadline) -> Reservations:
        host = host_of(url)
        with deadline.waiting():
            lock = self._asking.setdefault(host, asyncio.Lock())
            await lock.acquire()
        try:
            remembered = await self._politeness.reservations(host)
            if remembered is not None:
                return remembered[0]
            texts = [await self._small_file(urljoin(url, path), pause, deadline) for path in (AI_TXT, TDMREP)]
            found = Reservations(*texts)
            await self._politeness.note_reservations(host, found, self._clock() + ROBOTS_KEPT)
            return found
        finally:
            lock.release()

    async def _small_file(self, url: str, pause: timedelta, deadline: Deadline) -> str:
        """Its text; nothing where there is none, or it could not be had: then nothing is said."""
        try:
            answer = await self._exchange(url, pause, deadline, first=MOST_OF_A_FILE)
        except Wait:
            raise
        except (Ended, Transient):
            return ""
        return answer.body.decode(errors="replace") if answer.status == 200 else ""

    def _check_contact(self, url: str) -> None:
        if not self._anonymous:
            return
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = literal_address(host)
        loopback = host == "localhost" or (address is not None and address.is_loopback)
        if not loopback and not self._is_local(host, parts.port or {"http": 80}.get(parts.scheme, 443)):
            raise Unavailable("contact", "BABELWIRE_FETCHER_CONTACT is not set; no publisher is visited without one")


def host_of(url: str) -> str:
    """The host a turn is for: name and port, without credentials or a default port, in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
