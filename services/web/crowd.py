"""How much the site does at a time. What comes beyond is told at once to come again: all would be slow else, then late, and
what is late was made for nobody."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LINE = 12  # of those who are served, how many times as many may wait
PATIENCE = 1.0  # seconds
RETRY_SECONDS = 5
FREE = ("/static/", "/health/", "/metrics", "/picture/")  # need no OpenSearch, or have a limit of their own
READING = ("GET", "HEAD")


class Crowd:
    """Lets `most` requests through to `app` at a time, a few wait for their turn, and `refusal` answers all others.

    Nobody holds a place who is slow himself: an answer is made whole before it is sent, and who sends something has places
    apart from those of readers.
    """

    def __init__(self, app: ASGIApp, *, most: int, refusal: Callable[[Request], Response]) -> None:
        self._app, self._refusal = app, refusal
        self._readers, self._senders = _Places(most), _Places(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        places, answer = self._readers if scope["method"] in READING else self._senders, list[Message]()

        async def keep(message: Message) -> None:
            answer.append(message)

        if await places.taken():
            try:
                await self._app(scope, receive, keep)
            finally:
                places.free.release()
        else:
            await self._refusal(Request(scope))(scope, receive, keep)
        for message in answer:
            await send(message)


class _Places:
    """`most` places, and a line before them."""

    def __init__(self, most: int) -> None:
        self.free = asyncio.Semaphore(most)
        self._line, self._waiting = most * LINE, 0

    async def taken(self) -> bool:
        """Whether a place is the caller's now, who gives it back by `free.release()`."""
        if self._waiting >= self._line:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.free.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
