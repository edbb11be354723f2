"""The pages for readers, one function each."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, calendars, reading, streams
from services.web import stories as telling
from services.web.calendars import Month
from services.web.cards import Card, card, cards
from services.web.front import TOP, arrange
from services.web.paging import asked, pager
from services.web.queries import Wanted
from services.web.site import Site
from services.web.store import Found, Store, Withdrawn, unless_away
from services.web.streams import Stream
from shared import clock, ids
from shared.events import Trend

MOST_TRENDS = 12
LONGEST_MONTH = 31
MOST_STORIES = 100
FRONT_FOR = timedelta(hours=48)
FACES = 5  # of a story's newest articles, among which one stands for it
STORY_SHOWN = 9


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
            Route("/latest", self.latest),
            Route("/day/{day}", self.day),
            Route("/source/{source_id}", self.source),
            Route("/language/{language}", self.language),
            Route("/country/{country}", self.country),
            *(Route(f"/{name}", self.plain, name=name) for name in ("about", "privacy", "disclaimer")),
            Route("/story/{story_id}", self.story),
            Route("/robots.txt", self.robots),
            Route("/{section}", self.section),
            Route("/{section}/", self.section),
            Route("/{section}/{name}.html", self.article),
        ]

    async def front(self, request: Request) -> Response:
        newest, trends, stories = await asyncio.gather(
            self._store.listing(Wanted(), self._site.own.front_size),
            unless_away(self._trends(MOST_TRENDS), ()),
            unless_away(self._stories(), ((), frozenset())),
        )
        leading, told = stories
        # What the top tells is not told again below, each time by another.
        others = [one for one in newest.found if one.article.article_id not in told]
        front = arrange(cards(others), leading)
        return self._site.page(request, "front.html", front=front, trends=trends)

    async def article(self, request: Request) -> Response:
        name = addresses.parse_name(request.path_params["name"])
        article = await self._store.indexed(name.shortid, addresses.parse_day(name.day)) if name else None
        if article is None:
            raise HTTPException(404)
        if isinstance(article, Withdrawn):
            return self._withdrawn(request, article)
        if request.url.path != addresses.article_path(article):
            if withdrawal := await self._store.withdrawal(article):
                return self._withdrawn(request, withdrawal)
            # Not for ever: the slug follows the title, and that may change back.
            kept = {"Cache-Control": f"public, max-age={self._site.own.cache_seconds}"}
            return RedirectResponse(
                str(request.url.replace(scheme="", netloc="", path=addresses.article_path(article))), 301, kept
            )
        size = self._site.own.rail_size
        withdrawal, similar, trends, latest, told = await asyncio.gather(
            self._store.withdrawal(article),
            unless_away(self._store.similar(article, 2 * size + STORY_SHOWN), ()),
            unless_away(self._trends(size), ()),
            unless_away(self._store.latest(size + 1), ()),
            unless_away(self._store.story_of(article.article_id, STORY_SHOWN), None),
        )
        if withdrawal:
            return self._withdrawn(request, withdrawal)
        elsewhere = [one for one in told.found if one.article.article_id != article.article_id] if told else []
        others = [one for one in latest if one.article.article_id != article.article_id]
        liked = telling.beyond(similar, told.story if told else None, size)
        rails = Rails(cards(liked), trends, cards(others[:size]))
        return self._site.page(
            request,
            "article.html",
            article=article,
            shortid=ids.shortid(article.article_id),
            heading=card(Found(article)),
            whole_standfirst=reading.standfirst(article),
            minutes=reading.minutes(article),
            read=_read(request),
            passages=reading.passages(article),
            both=reading.both(article),
            rails=rails,
            story=telling.line(told.story) if told else None,
            elsewhere=cards(elsewhere),
        )

    async def story(self, request: Request) -> Response:
        told = await self._store.story(request.path_params["story_id"])
        if told is None or not told.found:
            raise HTTPException(404)
        found = cards(told.found)
        return self._site.page(
            request,
            "story.html",
            story=told.story,
            stream=streams.of_story(told),
            first=min(card.when for card in found),
            last=max(card.when for card in found),
            days=telling.timeline(told, found),
            outlets=sorted({(card.article.source_name, card.article.source_id) for card in found}),
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
        return await self._list(request, stream, note=note, day=stream and stream.wanted.day)

    async def source(self, request: Request) -> Response:
        source_id = request.path_params["source_id"]
        stream, source = await asyncio.gather(streams.source(self._store, source_id), self._store.source(source_id))
        return await self._list(request, stream, source=source)

    async def language(self, request: Request) -> Response:
        return await self._list(request, streams.language(request.path_params["language"]))

    async def country(self, request: Request) -> Response:
        return await self._list(request, streams.country(request.path_params["country"]))

    async def plain(self, request: Request) -> Response:
        return self._site.page(request, f"{request.url.path.strip('/')}.html")

    async def robots(self, request: Request) -> Response:
        """Crawlers may see that pages ask not to be indexed; searches without end are not for them."""
        lines = ["User-agent: *", "Disallow: /search", "Disallow: /report/", "Disallow: /api/"]
        if not self._site.own.noindex:
            lines += ["", f"Sitemap: {self._site.root(request)}/sitemap.xml"]
        return self._site.kept(request, PlainTextResponse("\n".join(lines) + "\n"))

    def _withdrawn(self, request: Request, withdrawn: Withdrawn) -> Response:
        return self._site.page(request, "withdrawn.html", 410, withdrawn=withdrawn)

    async def _list(self, request: Request, stream: Stream | None, **context: Any) -> Response:
        if stream is None:
            raise HTTPException(404)
        size = self._site.own.page_size
        page = asked(request, size)
        listing = await self._store.listing(stream.wanted, size, page)
        if not listing.found and page > 1:
            raise HTTPException(404)
        return self._site.page(
            request,
            "list.html",
            stream=stream,
            found=cards(listing.found),
            pager=pager(page, listing.total, size, {}),
            **{"note": None, "day": None, "month": await self._month(context.get("day")), "source": None} | context,
        )

    async def _month(self, day: date | None) -> Month | None:
        """The calendar around `day`; None where none is wanted, or can be had."""
        if day is None:
            return None
        days = await unless_away(self._store.days(LONGEST_MONTH, *calendars.bounds(day)), None)
        return None if days is None else calendars.month(day, days, clock.now().date())

    async def _stories(self) -> tuple[tuple[Card, ...], frozenset[str]]:
        """Those that many tell just now, each by the article that stands for it; and the ids of all their articles."""
        now = clock.now()
        recent = await self._store.stories(MOST_STORIES, now - FRONT_FOR)
        chosen = telling.ranked(recent, now)[:TOP]
        wanted = Wanted(articles=tuple(key for story in chosen for key in story.article_ids[-FACES:]))
        listing = await self._store.listing(wanted, TOP * FACES)
        found = {card.article.article_id: card for card in cards(listing.found)}
        faces = [(telling.face([found[key] for key in story.article_ids if key in found]), story) for story in chosen]
        shown = tuple(replace(card, story=telling.line(story)) for card, story in faces if card)
        return shown, frozenset(key for card, story in faces if card for key in story.article_ids)

    async def _trends(self, most: int) -> tuple[Trend, ...]:
        board = await self._store.board()
        return board.trends[:most] if board else ()


def _read(request: Request) -> str:
    """Which version a reader wants to see at first."""
    asked = request.query_params.get("read", "")
    return asked if asked in ("both", "original") else "english"
