"""What goes wrong on purpose, by name, and the state in which each such URL must end."""

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from newsroom.edition import Edition, Story
from newsroom.pages import article_page
from newsroom.pictures import picture
from newsroom.press import Article
from shared.errors import State

MIB = 1024 * 1024
BOMB_BYTES = 48 * MIB  # expanded; about 50 KiB on the wire
LARGE_BYTES = 12 * MIB  # above the fetcher's cap of 10 MiB
REST_SECONDS = 2  # what the 429 asks for
DRIP_SECONDS = 0.5
METADATA_SERVICE = "http://169.254.169.254/latest/meta-data/"
INTRANET = "http://10.0.0.1/"


@dataclass(frozen=True)
class Visit:
    """One request for a troublesome story; `before` counts the earlier ones."""

    request: Request
    story: Story
    edition: Edition
    before: int

    def page(self, template: str | None = None, extra_head: str = "") -> str:
        """The story's page as it should be, or by another template, or with more in its head."""
        return article_page(self.story, self.edition, template=template, extra_head=extra_head)

    def fine(self) -> Response:
        return html(self.page())


@dataclass(frozen=True)
class Behaviour:
    """How such a URL answers, and how it must end."""

    answer: Callable[[Visit], Response | Awaitable[Response]]
    state: State


class Trouble:
    """Remembers how often each URL was asked for, as some fail only the first time."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    async def answer(self, request: Request, story: Story, edition: Edition) -> Response:
        visit = Visit(request, story, edition, self._asked[story.url])
        self._asked[story.url] += 1
        found = BEHAVIOURS[story.article.behaviour or ""].answer(visit)
        return found if isinstance(found, Response) else await found


def state_of(article: Article) -> State:
    """How the URL of `article` must end."""
    if article.behaviour:
        return BEHAVIOURS[article.behaviour].state
    return State.DUPLICATE if article.copy_of else State.INDEXED


def html(text: str, charset: str = "utf-8", declared: str | None = None) -> Response:
    """A page, encoded in `charset` and said to be in `declared`."""
    body = text.encode(charset, "xmlcharrefreplace")
    return Response(body, headers={"content-type": f"text/html; charset={declared or charset}"})


# -- the host says no ------------------------------------------------------------------------------------------------


def _status(code: int) -> Callable[[Visit], Response]:
    return lambda visit: PlainTextResponse(str(code), status_code=code)


def _rests_first(visit: Visit) -> Response:
    if visit.before:
        return visit.fine()
    return PlainTextResponse("429", status_code=429, headers={"retry-after": str(REST_SECONDS)})


def _falters(visit: Visit) -> Response:
    return visit.fine() if visit.before else PlainTextResponse("500", status_code=500)


# -- the page is elsewhere -------------------------------------------------------------------------------------------


def _circle(visit: Visit) -> Response:
    path = visit.story.article.path
    return RedirectResponse(path if visit.request.url.query else f"{path}?volta=1", status_code=302)


def _leads_to(target: str) -> Callable[[Visit], Response]:
    return lambda visit: RedirectResponse(target, status_code=302)


# -- the bytes are wrong ---------------------------------------------------------------------------------------------


def _truncated(visit: Visit) -> Response:
    whole = gzip.compress(visit.page().encode())
    return Response(whole[: len(whole) // 2], media_type="text/html", headers={"content-encoding": "gzip"})


async def _bomb(visit: Visit) -> Response:
    return Response(await asyncio.to_thread(_bomb_bytes), media_type="text/html", headers={"content-encoding": "gzip"})


@lru_cache
def _bomb_bytes() -> bytes:
    return gzip.compress(b"<!doctype html><title>.</title>" + b" " * BOMB_BYTES)


def _drips(visit: Visit) -> Response:
    async def drops() -> AsyncIterator[bytes]:
        yield visit.page().encode()[:400]
        while True:
            await asyncio.sleep(DRIP_SECONDS)
            yield b"<"

    return StreamingResponse(drops(), media_type="text/html")


def _large(visit: Visit) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        part = (visit.story.article.body * 500).encode()
        yield visit.page().encode()
        for _ in range(LARGE_BYTES // len(part) + 1):
            yield part

    return StreamingResponse(parts(), media_type="text/html")


def _empty(visit: Visit) -> Response:
    return Response(b"", media_type="text/html")


def _binary(visit: Visit) -> Response:
    return Response(picture(visit.story.article.slug), media_type="text/html")


# -- the page is no article, or not for us ---------------------------------------------------------------------------


def _by(template: str) -> Callable[[Visit], Response]:
    return lambda visit: html(visit.page(template))


def _reserved_in_page(visit: Visit) -> Response:
    return html(visit.page(extra_head='<meta name="tdm-reservation" content="1">'))


def _with_header(name: str, value: str) -> Callable[[Visit], Response]:
    def answer(visit: Visit) -> Response:
        response = visit.fine()
        response.headers[name] = value
        return response

    return answer


BEHAVIOURS = {
    "missing": Behaviour(_status(404), State.GONE),
    "gone": Behaviour(_status(410), State.GONE),
    "too-many-requests-first": Behaviour(_rests_first, State.INDEXED),
    "server-error-first": Behaviour(_falters, State.INDEXED),
    "server-error": Behaviour(_status(500), State.FAILED),
    "redirect-loop": Behaviour(_circle, State.FAILED),
    "redirect-to-metadata-service": Behaviour(_leads_to(METADATA_SERVICE), State.BLOCKED),
    "redirect-to-intranet": Behaviour(_leads_to(INTRANET), State.BLOCKED),
    "truncated-gzip": Behaviour(_truncated, State.FAILED),
    "gzip-bomb": Behaviour(_bomb, State.TOO_LARGE),
    "drip": Behaviour(_drips, State.FAILED),
    "large": Behaviour(_large, State.TOO_LARGE),
    "empty": Behaviour(_empty, State.NOT_ARTICLE),
    "binary": Behaviour(_binary, State.NOT_ARTICLE),
    "latin-1-declared-utf-8": Behaviour(lambda visit: html(visit.page(), "iso-8859-1", "utf-8"), State.INDEXED),
    "utf-8-declared-latin-1": Behaviour(lambda visit: html(visit.page(), "utf-8", "iso-8859-1"), State.INDEXED),
    "listing": Behaviour(_by("rubric.html"), State.NOT_ARTICLE),
    "consent-wall": Behaviour(_by("wall.html"), State.NOT_ARTICLE),
    "paywall": Behaviour(_by("stub.html"), State.NOT_ARTICLE),
    "reserved-in-page": Behaviour(_reserved_in_page, State.RIGHTS),
    "reserved-in-header": Behaviour(_with_header("tdm-reservation", "1"), State.RIGHTS),
    "no-ai-in-header": Behaviour(_with_header("x-robots-tag", "noai"), State.RIGHTS),
    "disallowed": Behaviour(Visit.fine, State.DISALLOWED),
    "too-old": Behaviour(Visit.fine, State.TOO_OLD),
}
