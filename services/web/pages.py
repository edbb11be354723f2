"""The pages for readers, one function each."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from opensearchpy import TransportError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, reading, streams
from services.web.cards import Card, card, cards
from services.web.front import arrange
from services.web.queries import DEEPEST, LONGEST_WORDS, Wanted
from services.web.site import Site
from services.web.store import Found, Listing, Store, Withdrawn
from services.web.streams import Stream
from shared import clock
from shared.errors import Unavailable
from shared.events import Trend

T = TypeVar("T")
MOST_TRENDS = 12


@dataclass(frozen=True)
class Pager:
    """Where in a list a page is, from 1, and the addresses of its neighbours."""

    page: int
    pages: int
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class Rails:
    """What stands beside an article. Each may be empty: the article is worth showing without."""

    similar: tuple[Card, ...]
    trends: tuple[Trend, ...]
    latest: tuple[Card, ...]


class Pages:
    """The pages, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        """Every page. What names a kind of page comes before sections, which are the first part of articles' paths."""
        return [
            Route("/", self.front),
            Route("/search", self.search),
            Route("/latest", self.latest),
            Route("/day/{day}", self.day),
            Route("/source/{source_id}", self.source),
            Route("/language/{language}", self.language),
            Route("/country/{country}", self.country),
            Route("/trends", self.trends),
            Route("/trend/{trend_id}", self.trend),
            *(Route(f"/{name}", self.plain, name=name) for name in ("about", "privacy", "disclaimer")),
            Route("/robots.txt", self.robots),
            Route("/{section}", self.section),
            Route("/{section}/", self.section),
            Route("/{section}/{name}.html", self.article),
        ]

    async def front(self, request: Request) -> Response:
        newest, trends = await asyncio.gather(
            self._store.listing(Wanted(), self._site.own.front_size), _or(self._trends(MOST_TRENDS), ())
        )
        front = arrange(cards(newest.found))
        return self._site.page(request, "front.html", front=front, trends=trends)

    async def article(self, request: Request) -> Response:
        name = addresses.parse_name(request.path_params["name"])
        article = await self._store.article(name.shortid) if name else None
        if article is None:
            raise HTTPException(404)
        if isinstance(article, Withdrawn):
            return self._site.page(request, "withdrawn.html", 410, withdrawn=article)
        if request.url.path != addresses.article_path(article):
            # Not for ever: the slug follows the title, and that may change back.
            kept = {"Cache-Control": f"public, max-age={self._site.own.cache_seconds}"}
            return RedirectResponse(
                str(request.url.replace(scheme="", netloc="", path=addresses.article_path(article))), 301, kept
            )
        size = self._site.own.rail_size
        similar, trends, latest = await asyncio.gather(
            _or(self._store.similar(article, size), ()),
            _or(self._trends(size), ()),
            _or(self._store.listing(Wanted(), size + 1), Listing((), 0)),
        )
        others = [one for one in latest.found if one.article.article_id != article.article_id]
        rails = Rails(cards(similar), trends, cards(others[:size]))
        return self._site.page(
            request,
            "article.html",
            article=article,
            heading=card(Found(article)),
            whole_standfirst=reading.standfirst(article),
            minutes=reading.minutes(article),
            read=_read(request),
            passages=reading.passages(article),
            both=reading.both(article),
            rails=rails,
        )

    async def section(self, request: Request) -> Response:
        stream = streams.section(request.path_params["section"])
        if stream and request.url.path != stream.home:
            return RedirectResponse(stream.home, 301)
        return await self._list(request, stream)

    async def latest(self, request: Request) -> Response:
        return await self._list(request, streams.whole("Latest"))

    async def day(self, request: Request) -> Response:
        stream = streams.day(request.path_params["day"])
        note = "By the day of publication in UTC; by that of first sight where the publisher gives none that can be right."
        around = _around(stream.wanted.day) if stream and stream.wanted.day else None
        return await self._list(request, stream, note=note, around=around)

    async def source(self, request: Request) -> Response:
        source_id = request.path_params["source_id"]
        stream, source = await asyncio.gather(streams.source(self._store, source_id), self._store.source(source_id))
        return await self._list(request, stream, source=source)

    async def language(self, request: Request) -> Response:
        return await self._list(request, streams.language(request.path_params["language"]))

    async def country(self, request: Request) -> Response:
        return await self._list(request, streams.country(request.path_params["country"]))

    async def trends(self, request: Request) -> Response:
        board = await self._store.board()
        return self._site.page(request, "trends.html", board=board)

    async def trend(self, request: Request) -> Response:
        found = await self._store.trend(request.path_params["trend_id"])
        if found is None:
            raise HTTPException(404)
        trend, now = found
        stream = streams.of_trend(trend)
        listing = await self._store.listing(stream.wanted, self._site.own.page_size)
        return self._site.page(request, "trend.html", trend=trend, still=now, found=cards(listing.found), stream=stream)

    async def search(self, request: Request) -> Response:
        words = " ".join(request.query_params.get("q", "").split())[:LONGEST_WORDS]
        newest = request.query_params.get("order") == "newest"
        page = self._number(request)
        listing = (
            await self._store.listing(Wanted(words=words, newest=newest), self._site.own.page_size, page) if words else None
        )
        return self._site.page(
            request,
            "search.html",
            words=words,
            stream=streams.search(words) if words else None,
            newest=newest,
            total=listing.total if listing else 0,
            found=cards(listing.found) if listing else (),
            pager=self._pager(page, listing.total if listing else 0, {"q": words} | ({"order": "newest"} if newest else {})),
        )

    async def plain(self, request: Request) -> Response:
        return self._site.page(request, f"{request.url.path.strip('/')}.html")

    async def robots(self, request: Request) -> Response:
        """Crawlers may see that pages ask not to be indexed; searches without end are not for them."""
        lines = ["User-agent: *", "Disallow: /search", "Disallow: /api/"]
        if not self._site.own.noindex:
            lines += ["", f"Sitemap: {self._site.root(request)}/sitemap.xml"]
        return self._site.kept(request, PlainTextResponse("\n".join(lines) + "\n"))

    async def _list(self, request: Request, stream: Stream | None, **context: Any) -> Response:
        if stream is None:
            raise HTTPException(404)
        page = self._number(request)
        listing = await self._store.listing(stream.wanted, self._site.own.page_size, page)
        if not listing.found and page > 1:
            raise HTTPException(404)
        return self._site.page(
            request,
            "list.html",
            stream=stream,
            found=cards(listing.found),
            pager=self._pager(page, listing.total, {}),
            **{"note": None, "around": None, "source": None} | context,
        )

    async def _trends(self, most: int) -> tuple[Trend, ...]:
        board = await self._store.board()
        return board.trends[:most] if board else ()

    def _number(self, request: Request) -> int:
        """The page of a list that is asked for, from 1. Raises HTTPException where there can be none."""
        number = addresses.parse_page(request.query_params.get("page", "1"), DEEPEST // self._site.own.page_size)
        if number is None:
            raise HTTPException(404)
        return number

    def _pager(self, page: int, total: int, query: dict[str, str]) -> Pager:
        last = min(-(-total // self._site.own.page_size), DEEPEST // self._site.own.page_size)
        return Pager(
            page=page,
            pages=max(last, 1),
            newer="?" + urlencode(query | {"page": page - 1}) if page > 1 else None,
            older="?" + urlencode(query | {"page": page + 1}) if page < last else None,
        )


def _read(request: Request) -> str:
    """Which version a reader wants to see at first."""
    asked = request.query_params.get("read", "")
    return asked if asked in ("both", "original") else "english"


async def _or(wanted: Awaitable[T], otherwise: T) -> T:
    """`wanted`, or `otherwise` where OpenSearch will not give it: for what a page can do without."""
    try:
        return await wanted
    except (Unavailable, TransportError):
        return otherwise


def _around(day: date) -> tuple[date | None, date | None]:
    """The days before and after; none after today."""
    before = day - timedelta(days=1) if day > date.min else None
    return before, day + timedelta(days=1) if day < clock.now().date() else None
