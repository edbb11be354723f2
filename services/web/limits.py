"""How much one client may ask for: a bucket of tokens each, that fills by the second."""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_CLIENTS = 20_000  # remembered, some 4 MB; who is forgotten starts anew
BURST = 5  # a fifth of a minute's requests may come at once
FREE = ("/static/", "/health/", "/metrics")


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """`per_minute` requests of each client, `burst` of them at once; `now` tells the seconds."""

    def __init__(
        self, per_minute: float, now: Callable[[], float], burst: int = 0, most_clients: int = MOST_CLIENTS
    ) -> None:
        self._rate = per_minute / 60
        self._full = max(1.0, burst or per_minute / BURST)
        self._now = now
        self._most = most_clients
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> int:
        """0 where `client` may go on, else the whole seconds after which it may."""
        now = self._now()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(self._full, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(client)
        bucket.tokens = min(self._full, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        return max(1, math.ceil((1 - bucket.tokens) / self._rate))

    def __len__(self) -> int:
        return len(self._buckets)


def client(address: str) -> str:
    """Who asks, by `address`; of IPv6 the network that one household has, for it has all of its addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(getattr(known, "ipv4_mapped", None) or known)


class Limited:
    """Lets `refusal` answer whoever asks for more than `limits` give. What watches over the site is not counted."""

    def __init__(self, app: ASGIApp, *, limits: Limits, refusal: Callable[[Request, int], Response]) -> None:
        self._app = app
        self._limits = limits
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        seconds = self._limits.take(client((scope.get("client") or ("none", 0))[0]))
        app = self._refusal(Request(scope), seconds) if seconds else self._app
        await app(scope, receive, send)
