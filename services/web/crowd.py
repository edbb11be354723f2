"""How much the site does at a time. What comes beyond is told at once to come again: all would be slow else, then late, and
what is late was made for nobody."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

LINE = 4  # of those who are served, how many times as many may wait
PATIENCE = 1.0  # seconds
RETRY_SECONDS = 5
FREE = ("/static/", "/health/", "/metrics", "/picture/")  # need no OpenSearch, or have a limit of their own


class Crowd:
    """Lets `most` requests through to `app` at a time, a few wait for their turn, and `refusal` answers all others."""

    def __init__(
        self, app: ASGIApp, *, most: int, refusal: Callable[[Request], Response], patience: float = PATIENCE
    ) -> None:
        self._app, self._refusal, self._patience = app, refusal, patience
        self._places = asyncio.Semaphore(most)
        self._line, self._waiting = most * LINE, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
        elif await self._admitted():
            try:
                await self._app(scope, receive, send)
            finally:
                self._places.release()
        else:
            await self._refusal(Request(scope))(scope, receive, send)

    async def _admitted(self) -> bool:
        if self._waiting >= self._line:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                return await self._places.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
