"""One outlet's web site."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newsroom.edition import Edition
from newsroom.listings import TYPES, listing, robots_txt
from newsroom.outlets import Listing
from newsroom.pages import article_page, front_page
from newsroom.pictures import picture
from newsroom.trouble import Trouble, html


class Site:
    """The web site of `edition`'s outlet; what goes wrong on it is `trouble`'s."""

    def __init__(self, edition: Edition, trouble: Trouble) -> None:
        self._edition = edition
        self._trouble = trouble
        listings = [Route(feed.path, self._listing(feed)) for feed in edition.outlet.feeds]
        self.app = Starlette(
            routes=[
                Route("/", self._front),
                Route("/robots.txt", self._robots),
                *listings,
                Route("/imagens/{slug}.png", self._picture),
                Route("/{section}", self._section),
                Route("/{section}/{slug}", self._article),
            ]
        )

    async def _front(self, request: Request) -> Response:
        return self._html(front_page(self._edition))

    async def _section(self, request: Request) -> Response:
        name = request.path_params["section"]
        if name not in self._edition.outlet.sections:
            return _missing()
        return self._html(front_page(self._edition, name))

    async def _article(self, request: Request) -> Response:
        story = self._edition.story(request.url.path)
        if story is None:
            return _missing()
        if story.article.behaviour:
            return await self._trouble.answer(request, story, self._edition)
        return self._html(article_page(story, self._edition))

    async def _picture(self, request: Request) -> Response:
        return Response(picture(request.path_params["slug"]), media_type="image/png")

    async def _robots(self, request: Request) -> Response:
        return PlainTextResponse(robots_txt(self._edition))

    def _listing(self, feed: Listing) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self._edition.was_read()
            body = listing(feed, self._edition)
            return _conditional(request, body, TYPES[feed.kind], self._edition)

        return answer

    def _html(self, text: str) -> Response:
        return html(text, self._edition.outlet.charset)


def _conditional(request: Request, body: bytes, content_type: str, edition: Edition) -> Response:
    """200, or 304 to who has the present version (RFC 9110 §13.2.2: If-None-Match comes first)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    changed = edition.changed()
    headers = {"etag": etag, "last-modified": format_datetime(changed, usegmt=True), "cache-control": "max-age=0"}
    if tags := request.headers.get("if-none-match"):
        known = etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    else:
        known = _not_since(request.headers.get("if-modified-since"), changed)
    return Response(status_code=304, headers=headers) if known else Response(body, media_type=content_type, headers=headers)


def _not_since(header: str | None, changed: datetime) -> bool:
    try:
        return header is not None and changed <= parsedate_to_datetime(header)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False


def _missing() -> Response:
    return PlainTextResponse("404", status_code=404)
