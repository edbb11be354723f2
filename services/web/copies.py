"""Copies of answers, for a while: so that a page asked for often is made seldom, and can be shown while OpenSearch is away.

A copy is good for half of `seconds`, and for the other half while a new one is made. It says its age, so that copies that
others make of it (Cache-Control) are not good for longer than if they had been made at the same time. Older ones are kept
for one purpose only: to be shown, with a notice, while OpenSearch is away. `clear` forgets all of them when something
was taken down.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.moments import machine, moment

OVERHEAD = 1024  # bytes of a copy besides its body: headers, key, objects
AWAY_FOR = 3600.0  # seconds; older news is none
AWAY_SECONDS = 5.0  # how long OpenSearch is taken to be away without waiting for it anew
NEVER = ("/static/", "/websub/", "/health/", "/metrics", "/api/v1/ledger", "/picture/")
MAIN = b'<main id="main" tabindex="-1">'


@dataclass(frozen=True)
class Copy:
    """An answer. `made` by the monotonic clock; `changed`, when first it was so; `endpoint` who answered."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    made: float
    changed: datetime
    endpoint: Any

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD


class Copies:
    """At most `most` bytes of copies of what `app` answers. `ticks` is the monotonic clock, `now` the other."""

    def __init__(
        self, app: ASGIApp, *, seconds: float, most: int, ticks: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._app = app
        self._seconds, self._most = seconds, most
        self._ticks, self._now = ticks, now
        self._kept: OrderedDict[Hashable, Copy] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Copy]] = {}
        self._generation = 0
        self._away_until = 0.0
        self.bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _copied(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = (scope["scheme"], headers.get("host", ""), scope["path"], scope["query_string"])
        copy = self._kept.get(key)
        age = self._ticks() - copy.made if copy else 0.0
        if copy and age >= self._seconds and self._ticks() < self._away_until and _shown_old(scope):
            self._begin(key, scope)
            copy = _noticed(copy)
        elif copy is None or age >= self._seconds:
            made = await self._made(key, scope)
            if made.status == 503 and copy and age < AWAY_FOR and _shown_old(scope):
                made = _noticed(copy)
            copy, age = made, self._ticks() - made.made
        else:
            self._kept.move_to_end(key)
            if age >= self._seconds / 2:
                self._begin(key, scope)
        scope["endpoint"] = copy.endpoint
        await _send(copy, max(0, int(age)), send)

    def clear(self) -> None:
        """Forgets every copy, and those that are being made."""
        self._kept.clear()
        self.bytes = 0
        self._generation += 1

    async def _made(self, key: Hashable, scope: Scope) -> Copy:
        # Shielded: others may wait for the same, and whoever began may have left.
        return await asyncio.shield(self._begin(key, scope))

    def _begin(self, key: Hashable, scope: Scope) -> "asyncio.Task[Copy]":
        if key not in self._making:
            task = self._making[key] = asyncio.create_task(self._make(key, dict(scope)))
            task.add_done_callback(lambda _: self._making.pop(key, None))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # whoever waits is told
        return self._making[key]

    async def _make(self, key: Hashable, scope: Scope) -> Copy:
        generation, began = self._generation, self._ticks()
        status, headers, body = 500, [], bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", ()))
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        copy = Copy(status, tuple(headers), bytes(body), began, self._now(), scope.get("endpoint"))
        if status == 503:
            self._away_until = self._ticks() + AWAY_SECONDS
        elif status != 200:
            self._forget(key)
        if status == 200 and b"public" in dict(headers).get(b"cache-control", b""):
            copy = self._dated(key, copy)
            if generation == self._generation:
                self._keep(key, copy)
        return copy

    def _dated(self, key: Hashable, copy: Copy) -> Copy:
        """`copy` with when it last changed, as far as is known here."""
        before = self._kept.get(key)
        headers = dict(copy.headers)
        if before and dict(before.headers).get(b"etag") == headers.get(b"etag"):
            copy = replace(copy, changed=before.changed)
        headers[b"last-modified"] = format_datetime(copy.changed, usegmt=True).encode()
        return replace(copy, headers=tuple(headers.items()))

    def _forget(self, key: Hashable) -> None:
        if (before := self._kept.pop(key, None)) is not None:
            self.bytes -= before.size

    def _keep(self, key: Hashable, copy: Copy) -> None:
        self._forget(key)
        if copy.size > self._most:
            return
        self._kept[key] = copy
        self.bytes += copy.size
        while self.bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.size


def _copied(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(NEVER):
        return False
    return "authorization" not in Headers(scope=scope)


def _shown_old(scope: Scope) -> bool:
    """Whether an old copy helps: programs rather come again."""
    return not scope["path"].startswith("/api/")


def _noticed(copy: Copy) -> Copy:
    """`copy` as it is shown while OpenSearch is away: with when it was so, not to be kept by anybody."""
    headers = {name: value for name, value in copy.headers if name not in (b"etag", b"last-modified", b"content-length")}
    notice = (
        f'<p class="notice away" role="status">The articles cannot be reached just now. This page is as it was on '
        f'<time datetime="{machine(copy.changed)}">{moment(copy.changed)}</time> or later.</p>'
    )
    body = copy.body.replace(MAIN, MAIN + notice.encode(), 1)
    headers |= {b"cache-control": b"no-store", b"content-length": str(len(body)).encode()}
    return replace(copy, headers=tuple(headers.items()), body=body)


async def _send(copy: Copy, age: int, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": copy.status, "headers": list(copy.headers)}
    if age:
        MutableHeaders(raw=start["headers"])["Age"] = str(age)
    with suppress(OSError):  # whoever asked has left
        await send(start)
        await send({"type": "http.response.body", "body": copy.body})
