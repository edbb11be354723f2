"""The guarded HTTP client: one exchange at a time, to public addresses only, within limits, nothing remembered.

Redirects are the caller's to follow, for each hop has its own robots.txt and its own turn; `follow` does it for those who
need neither. No cookies, no credentials from URLs, TLS verified, the environment's proxy variables ignored.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import NoReturn
from urllib.parse import urlencode, urljoin
from zlib import crc32

import httpcore
import httpx

from shared.errors import Ended, State, Transient
from shared.http.decoding import ACCEPTED, BodyDecoder, Broken, TooLarge
from shared.http.guard import AddressGuard, GuardedBackend

MIB = 1024 * 1024
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_URL = 2048
MAX_PORT = 65_535
KEEP_ALIVE_SECONDS = 15.0
POOLS = 16
WRITE_SECONDS = 10.0


_HOST = re.compile(r"^[a-z0-9._:-]+$", re.IGNORECASE)


class Unreachable(Transient):
    """The host did not answer at all: no name, no connection, no headers in time. It counts against the host."""


@dataclass(frozen=True)
class Limits:
    """Of one exchange. Sizes in bytes. The header's size is capped by h11 (100 KiB) and by hpack (64 KiB)."""

    body: int = 10 * MIB
    ratio: int = 200
    total: timedelta = timedelta(seconds=30)
    idle: timedelta = timedelta(seconds=10)
    connect: timedelta = timedelta(seconds=10)
    connections: int = 64


@dataclass(frozen=True)
class Answer:
    """`body` is what was received after content decoding; empty where it was not wanted. `headers` ignores case."""

    url: str
    status: int
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    body: bytes = b""

    @property
    def location(self) -> str | None:
        """Where a redirect leads, absolute; None when this is none."""
        target = str(self.headers.get("location", "")).strip()
        if self.status not in REDIRECTS or not target:
            return None
        try:
            return urljoin(self.url, target)
        except ValueError:
            return target  # malformed, as whoever tries to go there will be told

    @property
    def content_type(self) -> str:
        return str(self.headers.get("content-type", ""))


Wanted = Callable[[int, httpx.Headers], bool]


def successful(status: int, headers: httpx.Headers) -> bool:
    """The default of what bodies are read at all."""
    return 200 <= status < 300


class GuardedClient:
    """`proxy`: the egress proxy; behind one only addresses spelled out in URLs can be checked.

    `transport` replaces the network in tests of its users.
    """

    def __init__(
        self,
        guard: AddressGuard,
        *,
        user_agent: str,
        limits: Limits | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._guard = guard
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(self._limits.connections)
        self._headers = {"user-agent": user_agent, "accept": ACCEPT, "accept-encoding": ACCEPTED}
        self._timeouts = {
            "connect": self._limits.connect.total_seconds(),
            "read": self._limits.idle.total_seconds(),
            "write": WRITE_SECONDS,
            "pool": None,  # the semaphore keeps order instead
        }
        # The transport without httpx's client: that one would keep cookies and read where redirects lead.
        self._transport = transport or _Pools(guard, self._limits, proxy)

    async def aclose(self) -> None:
        await self._transport.aclose()
        self._guard.close()

    def check(self, url: str) -> None:
        """Raises Ended when `url` can be seen to lead nowhere we go: not http(s), malformed, a private address."""
        _bare(url, self._guard)

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        wanted: Wanted = successful,
        first: int | None = None,
        *,
        sent: bytes | None = None,
    ) -> Answer:
        """One exchange. The body is read only where `wanted(status, headers)` says so, and of it only the `first` bytes.

        With a body `sent` it is a POST, else a GET.

        Raises Ended(blocked | too_large | failed), Unreachable when there was no answer, Transient when it broke off.
        """
        target = _bare(url, self._guard)
        answered = False
        async with self._places:
            try:
                async with (
                    asyncio.timeout(self._limits.total.total_seconds()),
                    self._exchange(target, headers or {}, sent) as response,
                ):
                    answered = True
                    body = await self._read(response, first) if wanted(response.status_code, response.headers) else b""
                    return Answer(str(target), response.status_code, response.headers, body)
            except TooLarge as error:
                raise Ended(State.TOO_LARGE, str(error)) from error
            except Broken as error:
                raise Transient(str(error), state=State.FAILED) from error
            except (httpx.TransportError, TimeoutError, OSError) as error:
                _raise(error, answered)

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Sends `form`, and reads no more than the head of the answer. Raises as `get` does."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return await self.get(url, headers, lambda status, told: False, sent=urlencode(form).encode())

    async def follow(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """As `get`, at the end of up to five redirects. Raises also Ended(failed) on more of them, or on a loop."""
        seen = {url}
        while True:
            answer = await self.get(url, headers)
            if answer.location is None:
                return answer
            url = next_hop(answer, seen)

    @asynccontextmanager
    async def _exchange(
        self, target: httpx.URL, headers: Mapping[str, str], sent: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        request = httpx.Request(
            "GET" if sent is None else "POST",
            target,
            headers={**self._headers, **headers},
            content=sent,
            extensions={"timeout": self._timeouts},
        )
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, first: int | None) -> bytes:
        declared = response.headers.get("content-length", "")
        if first is None and declared.isdecimal() and int(declared[:20]) > self._limits.body:
            raise TooLarge("body too large")
        decoder = BodyDecoder(response.headers.get("content-encoding", ""), self._limits.body, self._limits.ratio)
        async for chunk in response.stream:  # type: ignore[union-attr]
            decoder.feed(chunk)
            if first is not None and decoder.size >= first:
                return decoder.body[:first]
        return decoder.finish()


def next_hop(answer: Answer, seen: set[str], earlier: int = 0) -> str:
    """Where the redirect `answer` leads, which is added to `seen`. Raises Ended(failed) on a loop or a sixth hop.

    `earlier`: hops that are not in `seen`.
    """
    target = answer.location
    if target is None or target in seen or len(seen) + earlier > MAX_REDIRECTS:
        raise Ended(State.FAILED, "redirect loop")
    seen.add(target)
    return target


def _bare(url: str, guard: AddressGuard) -> httpx.URL:
    target, host, port = _parsed(url)
    guard.check_literal(host, port)
    return target


@lru_cache(1024)  # each URL is parsed for the check and for the exchange; an exception is not kept
def _parsed(url: str) -> tuple[httpx.URL, str, int]:
    """What is asked for, without credentials and fragment, and of whom. Raises Ended."""
    if len(url) > MAX_URL:
        raise Ended(State.FAILED, "url too long")
    try:
        target = httpx.URL(url).copy_with(username=None, password=None, fragment=None)
        if target.scheme not in ("http", "https") or not target.host:
            raise Ended(State.BLOCKED, "not http")
        host, port = target.raw_host.decode(), target.port or {"http": 80, "https": 443}.get(target.scheme, 0)
        if port > MAX_PORT or not _HOST.match(host):
            raise ValueError(host, port)
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise Ended(State.FAILED, "malformed url") from error
    return target, host, port


def _raise(error: Exception, answered: bool) -> NoReturn:
    reason = _reason(error)
    if reason == "headers too large":
        raise Ended(State.TOO_LARGE, reason) from error
    if answered:
        raise Transient("too slow" if reason == "timeout" else "broken off", state=State.FAILED) from error
    raise Unreachable(reason, state=State.FAILED) from error


def _reason(error: Exception) -> str:
    text = str(error).lower()
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return "timeout"
        case httpx.ConnectError() if "no address" in text:
            return "no such host"
        case httpx.ConnectError() if "ssl" in text or "certificate" in text:
            return "tls"
        case httpx.ConnectError():
            return "no connection"
        case httpx.ProxyError():
            return "proxy"
        case httpx.ProtocolError() if "too long" in text or ("header" in text and "large" in text):
            return "headers too large"
        case httpx.ProtocolError():
            return "not http"
    return "connection lost"


class _Pools(httpx.AsyncBaseTransport):
    """Several pools of connections, each for some of the hosts.

    For each request httpcore's pool looks at all of its connections, several times, and at all again for each that is idle:
    with 64 of them that was more than half of the fetcher's work.
    """

    def __init__(self, guard: AddressGuard, limits: Limits, proxy: str | None) -> None:
        context = ssl_context()
        self._pools = [_pool(guard, limits, proxy, context) for _ in range(POOLS)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._pools[crc32(request.url.raw_host) % POOLS].handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()


def _pool(guard: AddressGuard, limits: Limits, proxy: str | None, context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    kept = max(1, limits.connections // POOLS)
    pool_limits = httpx.Limits(
        max_connections=limits.connections, max_keepalive_connections=kept, keepalive_expiry=KEEP_ALIVE_SECONDS
    )
    transport = httpx.AsyncHTTPTransport(verify=context, http2=True, trust_env=False, limits=pool_limits, proxy=proxy)
    if proxy is None:
        # httpx offers no other way to give its transport a network of one's own; the guard's tests go through it.
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.connections,
            max_keepalive_connections=kept,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            http2=True,
            network_backend=GuardedBackend(guard),
        )
    return transport


def ssl_context() -> ssl.SSLContext:
    """Verifying, with the certificates that come with httpx, offering HTTP/2."""
    return httpx.create_ssl_context(trust_env=False)
