"""The JSON API under /api/v1, one function for each of the operations."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, answers, asking, cursors, filters, streams
from services.web.languages import language_name
from services.web.openapi import PREFIX, document
from services.web.operations import MOST_AT_ONCE, MOST_DAYS, OPERATIONS, Operation
from services.web.queries import DEEPEST, Wanted, by_score
from services.web.rights import Granted
from services.web.site import Site
from services.web.store import Listing, Store, Withdrawn
from services.web.stories import ranked
from shared import clock, ids
from shared.events import Trend
from shared.search.stories import Story

TREND_HOURS = 48
STORIES_FOR = timedelta(hours=48)
MOST_LANGUAGES = 500
Asked = dict[str, str]


class Api:
    """The API, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        offered = [one for one in OPERATIONS if not one.operator or self._site.own.token]
        routes = [Route(PREFIX + one.path, self._answering(one), name=f"api_{one.name}") for one in offered]
        return [Route(f"{PREFIX}/openapi.json", self.api_openapi), *routes]

    async def api_openapi(self, request: Request) -> Response:
        """What there is, for programs."""
        return self._site.json(request, document(self._site.own.site_name, self._site.root(request)))

    async def articles(self, request: Request, asked: Asked) -> BaseModel:
        wanted = filters.wanted(asked)
        listing, following = await self._page(request, wanted, asked, faceted=False)
        listed = tuple(answers.ListedArticle(**self._article(request, one.article)) for one in listing.found)
        return answers.Articles(total=listing.total, next=following, articles=listed)

    async def search(self, request: Request, asked: Asked) -> BaseModel:
        wanted = filters.wanted(asked)
        listing, following = await self._page(request, wanted, asked, faceted=True)
        listed = tuple(
            answers.FoundArticle(**self._article(request, one.article), quotes=dict(one.quotes)) for one in listing.found
        )
        facets = {name: dict(counted) for name, counted in listing.facets.items()}
        meant = None if listing.total or not wanted.words else await self._store.respelt(wanted)
        return answers.Findings(total=listing.total, meant=meant, next=following, facets=facets, articles=listed)

    async def article(self, request: Request, asked: Asked) -> BaseModel:
        shortid = addresses.shortid_of(request.path_params["identity"])
        article = await self._store.article(shortid) if shortid else None
        if article is None:
            raise HTTPException(404, "There is no such article.")
        if isinstance(article, Withdrawn):
            raise HTTPException(410, "Taken down." if article.taken_down else "Withdrawn by its publisher.")
        return answers.WholeArticle(**self._article(request, article))

    async def trends(self, request: Request, asked: Asked) -> BaseModel:
        hour = addresses.parse_hour(asked["at"]) if "at" in asked else None
        board = await self._store.board(hour)
        found = tuple(answers.TrendAnswer(**self._trend(request, trend)) for trend in board.trends) if board else ()
        told = await self._store.headlines(board) if board else {}
        root = self._site.root(request)
        stories = tuple(
            answers.TrendingStoryAnswer(
                **story.__dict__, title=told[story.story_id], link=root + addresses.story_path(story.story_id)
            )
            for story in (board.stories if board else ())
            if story.story_id in told
        )
        return answers.Board(at=board.at if board else None, trends=found, stories=stories)

    async def trend(self, request: Request, asked: Asked) -> BaseModel:
        found = await self._store.trend(request.path_params["trend_id"])
        if found is None:
            raise HTTPException(404, "Nothing of this id ever trended.")
        trend, now = found
        hours = await self._store.pulse(streams.term(trend), trend.at, TREND_HOURS)
        told = tuple(answers.HourAnswer.model_validate(hour) for hour in hours)
        return answers.TrendInTime(**self._trend(request, trend), trending=now, hours=told)

    async def stories(self, request: Request, asked: Asked) -> BaseModel:
        now, size = clock.now(), int(asked.get("size", self._site.own.page_size))
        found = ranked(await self._store.stories(MOST_AT_ONCE, now - STORIES_FOR), now)[:size]
        return answers.Stories(stories=tuple(answers.StoryAnswer(**self._story(request, story)) for story in found))

    async def story(self, request: Request, asked: Asked) -> BaseModel:
        told = await self._store.story(request.path_params["story_id"])
        if told is None:
            raise HTTPException(404, "There is no such story.")
        copies = {member.article_id: member.copy_of for member in told.members}
        members = tuple(
            answers.StoryMember(
                copy_of=copies.get(one.article.article_id),
                article=answers.ListedArticle(**self._article(request, one.article)),
            )
            for one in told.found
        )
        return answers.WholeStory(**self._story(request, told.story), members=members)

    async def sources(self, request: Request, asked: Asked) -> BaseModel:
        found = tuple(answers.SourceAnswer.model_validate(source) for source in await self._store.sources())
        return answers.Sources(sources=found)

    async def source(self, request: Request, asked: Asked) -> BaseModel:
        source = await self._store.source(request.path_params["source_id"])
        if source is None:
            raise HTTPException(404, "There is no such source.")
        return answers.SourceAnswer.model_validate(source)

    async def days(self, request: Request, asked: Asked) -> BaseModel:
        first, last = (date.fromisoformat(asked[end]) if end in asked else None for end in ("from", "to"))
        days = await self._store.days(int(asked.get("size", MOST_DAYS)), first, last)
        root = self._site.root(request)
        return answers.Days(
            days=tuple(answers.Day(day=day, articles=n, link=root + addresses.day_path(day)) for day, n in days.items())
        )

    async def languages(self, request: Request, asked: Asked) -> BaseModel:
        counted = (await self._store.languages(MOST_LANGUAGES)).get("language", {})
        root = self._site.root(request)
        return answers.Languages(
            languages=tuple(
                answers.LanguageAnswer(
                    language=code, name=language_name(code), articles=n, link=root + addresses.language_path(code)
                )
                for code, n in counted.items()
            )
        )

    async def ledger(self, request: Request, asked: Asked) -> BaseModel:
        try:
            identity = ids.url_id(asked["url"])
        except ValueError as error:
            raise HTTPException(400, "`url` is no address that news could have.") from error
        entry = await self._store.entry(identity)
        if entry is None:
            raise HTTPException(404, "No feed or sitemap that was read has shown it.")
        return answers.Why.model_validate(entry)

    def _answering(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of `operation`; its name is what requests are measured by."""
        answer: Callable[[Request, Asked], Awaitable[BaseModel]] = getattr(self, operation.name)

        async def endpoint(request: Request) -> Response:
            if operation.operator:
                self._check_token(request)
            asked = asking.values(operation, request.query_params)
            made = self._site.json(request, await answer(request, asked))
            if operation.operator:
                made.headers["Cache-Control"] = "private, no-store"
            return made

        endpoint.__name__ = f"api_{operation.name}"
        return endpoint

    def _check_token(self, request: Request) -> None:
        """Raises HTTPException 401 unless the request brings the operator's token."""
        token = self._site.own.token
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        right = token.get_secret_value() if token else ""
        if kind.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), right.encode()):
            raise HTTPException(401, "The operator's token is missing or wrong.", {"WWW-Authenticate": "Bearer"})

    async def _page(self, request: Request, wanted: Wanted, asked: Asked, *, faceted: bool) -> tuple[Listing, str | None]:
        """A page of a list, and the address of the next."""
        size = int(asked.get("size", min(self._site.own.page_size, DEEPEST)))
        cursor = asked.get("cursor")
        if by_score(wanted):
            page = 1 if cursor is None else cursors.place(cursor, DEEPEST // size)
            after: tuple[Any, ...] | None = ()
        else:
            page, after = 1, () if cursor is None else cursors.last(cursor)
        if page is None or after is None:
            raise HTTPException(400, "`cursor` is none that this list gave.")
        listing = await self._store.listing(wanted, size, page, after=after, faceted=faceted)
        if by_score(wanted):
            ends = page * size >= listing.total or (page + 1) * size > DEEPEST
            following = None if ends else cursors.written([page + 1])
        else:
            following = cursors.written(listing.last) if listing.last else None
        if following is None:
            return listing, None
        return listing, self._site.root(request) + request.url.path + addresses.query(asked | {"cursor": following})

    def _article(self, request: Request, article: Granted) -> dict[str, Any]:
        return {
            **article.__dict__,
            "translation": article.translation.__dict__,
            "shortid": ids.shortid(article.article_id),
            "day": addresses.archive_day(article),
            "link": self._site.root(request) + addresses.article_path(article),
        }

    def _story(self, request: Request, story: Story) -> dict[str, Any]:
        return {**story.__dict__, "link": self._site.root(request) + addresses.story_path(story.story_id)}

    def _trend(self, request: Request, trend: Trend) -> dict[str, Any]:
        return {**trend.__dict__, "link": self._site.root(request) + addresses.trend_path(trend.trend_id)}
