"""What holds for every answer, whoever gives it: its headers, and that its time is measured."""

import time
from datetime import datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
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


class Conditional:
    """Answers 304 to whoever has what would be sent (RFC 9110 §13): by its ETag, else by when it last changed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        spared = False

        async def sending(message: Message) -> None:
            nonlocal spared
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(raw=list(message["headers"]))
                spared = unchanged(asked, headers)
                if spared:
                    del headers["content-length"], headers["content-type"]
                    message = {**message, "status": 304, "headers": headers.raw}
            elif spared:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, sending)


def unchanged(asked: Headers, answer: Headers) -> bool:
    """Whether the request's conditions say that what `answer` heads is known."""
    if etags := asked.get("if-none-match"):
        known = {tag.strip().removeprefix("W/") for tag in etags.split(",")}
        return answer.get("etag", "").removeprefix("W/") in known - {""} or ("*" in known and "etag" in answer)
    since, changed = _time(asked.get("if-modified-since")), _time(answer.get("last-modified"))
    return since is not None and changed is not None and changed <= since


class Open:
    """Lets other sites' pages read what is for programs: the API and the feeds (CORS)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD"],
            allow_headers=["Authorization", "If-None-Match", "If-Modified-Since"],
            expose_headers=["ETag", "Last-Modified", "Link", "Retry-After"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"].startswith(("/api/", "/feeds/"))
        await (self._open if shared else self._app)(scope, receive, send)


def _time(value: str | None) -> datetime | None:
    try:
        when = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return when if when and when.tzinfo else None
