"""What holds for every answer, whoever gives it: its headers, and that its time is measured."""

import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.metrics import WEB_SECONDS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def headers(noindex: bool) -> dict[str, str]:
    """What every answer carries."""
    return _HEADERS | ({"X-Robots-Tag": "noindex"} if noindex else {})


class Safe:
    """Sets the headers that keep a page from running, loading or telling anything. No answer sets a cookie."""

    def __init__(self, app: ASGIApp, *, noindex: bool) -> None:
        self._app = app
        self._headers = headers(noindex)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


class Timed:
    """Measures every request, by the function that answered it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        try:
            await self._app(scope, receive, sending)
        finally:
            # The router notes in `scope` whom it chose; addresses as asked would be labels without end.
            route = getattr(scope.get("endpoint"), "__name__", "none")
            WEB_SECONDS.labels(route, str(status)).observe(time.perf_counter() - began)
