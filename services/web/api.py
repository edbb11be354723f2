"""The JSON API under /api/v1, one function each."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, filters
from services.web.moments import machine
from services.web.queries import DEEPEST, Wanted
from services.web.rights import Granted
from services.web.site import Site
from services.web.store import Store, Withdrawn
from shared import ids
from shared.events import Trend
from shared.search.sources import Source

FILTERS = (*filters.FILTERS, "page")
_MINE = {"url_id", "attempt", "provenance", "content_hash", "rendering", "reason", "declared_canonical_url", "reservations"}
_IN_LISTS = _MINE | {"blocks"}


class Api:
    """The API, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/v1/articles", self.api_articles),
            Route("/api/v1/articles/{identity}", self.api_article),
            Route("/api/v1/trends", self.api_trends),
            Route("/api/v1/sources", self.api_sources),
        ]

    async def api_articles(self, request: Request) -> Response:
        """A page of articles, without their text: the newest first, or with `q` the best."""
        wanted, page = _wanted(request.query_params), _page(request.query_params, self._site.own.page_size)
        listing = await self._store.listing(wanted, self._site.own.page_size, page)
        last = page * self._site.own.page_size >= min(listing.total, DEEPEST)
        following = dict(request.query_params) | {"page": page + 1}
        return self._site.json(
            request,
            {
                "total": listing.total,
                "page": page,
                "next": None if last else f"{self._site.root(request)}/api/v1/articles?{urlencode(following)}",
                "articles": [self._article(request, found.article, whole=False) for found in listing.found],
            },
        )

    async def api_article(self, request: Request) -> Response:
        """An article by its id or shortid, as whole as its rights allow."""
        shortid = addresses.shortid_of(request.path_params["identity"])
        article = await self._store.article(shortid) if shortid else None
        if article is None:
            raise HTTPException(404, "There is no such article.")
        if isinstance(article, Withdrawn):
            raise HTTPException(410, "Taken down." if article.taken_down else "Withdrawn by its publisher.")
        return self._site.json(request, self._article(request, article, whole=True))

    async def api_trends(self, request: Request) -> Response:
        """What trends now, the strongest first."""
        board = await self._store.board()
        trends = [self._trend(request, trend) for trend in board.trends] if board else []
        return self._site.json(request, {"at": machine(board.at) if board else None, "trends": trends})

    async def api_sources(self, request: Request) -> Response:
        """Every source, by name."""
        sources = await self._store.sources()
        return self._site.json(request, {"sources": [_source(source) for source in sources]})

    def _article(self, request: Request, article: Granted, *, whole: bool) -> dict[str, Any]:
        excluded: dict[str, Any] = dict.fromkeys(_MINE if whole else _IN_LISTS, True)
        if not whole:
            excluded["translation"] = {"blocks"}
        return {
            **article.model_dump(mode="json", exclude=excluded),
            "shortid": ids.shortid(article.article_id),
            "day": addresses.archive_day(article).isoformat(),
            "link": self._site.root(request) + addresses.article_path(article),
        }

    def _trend(self, request: Request, trend: Trend) -> dict[str, Any]:
        return {**trend.model_dump(mode="json"), "link": self._site.root(request) + addresses.trend_path(trend.trend_id)}


def _source(source: Source) -> dict[str, Any]:
    wanted = {"id", "name", "home_page", "country", "language", "rights", "active", "health"}
    return source.model_dump(mode="json", include=wanted)


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """Raises HTTPException 400 for a filter that is not known or cannot be meant."""
    if unknown := sorted(asked.keys() - set(FILTERS)):
        raise HTTPException(400, f"There is no filter {unknown[0][:40]!r}; there are {', '.join(FILTERS)}.")
    return filters.wanted(asked)


def _page(asked: Mapping[str, str], size: int) -> int:
    number = addresses.parse_page(asked.get("page", "1"), DEEPEST // size)
    if number is None:
        raise HTTPException(400, f"`page` is a number from 1 to {DEEPEST // size}.")
    return number
