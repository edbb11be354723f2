"""The pages that count: what trends, a trend with its evidence, and how the news comes in."""

import asyncio
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, charts, streams
from services.web.cards import cards
from services.web.site import Site
from services.web.standing import standing
from services.web.store import Store, unless_away
from shared import clock

HOUR = timedelta(hours=1)
CHART_HOURS = 48  # the trend's own day, and the one it stands out from


class Boards:
    """These pages, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/trends", self.trends),
            Route("/trend/{trend_id}", self.trend),
            Route("/status", self.status),
        ]

    async def trends(self, request: Request) -> Response:
        asked = request.query_params.get("at", "")
        hour = addresses.parse_hour(asked)
        if asked and hour is None:
            raise HTTPException(404)
        board = await self._store.board(hour)
        here = (hour or clock.now()).replace(minute=0, second=0, microsecond=0)
        around = (here - HOUR, here + HOUR if hour and hour + HOUR <= clock.now() else None)
        return self._site.page(request, "trends.html", board=board, hour=hour, around=around)

    async def trend(self, request: Request) -> Response:
        found = await self._store.trend(request.path_params["trend_id"])
        if found is None:
            raise HTTPException(404)
        trend, now = found
        stream = streams.of_trend(trend)
        listing, hours = await asyncio.gather(
            self._store.listing(stream.wanted, self._site.own.page_size),
            unless_away(self._store.pulse(streams.term(trend), trend.at, CHART_HOURS), ()),
        )
        return self._site.page(
            request,
            "trend.html",
            trend=trend,
            still=now,
            found=cards(listing.found),
            stream=stream,
            chart=charts.chart(hours),
            size=(charts.WIDTH, charts.HEIGHT, charts.BASE),
        )

    async def status(self, request: Request) -> Response:
        sources, fresh = await asyncio.gather(self._store.sources(), self._store.freshness())
        return self._site.page(request, "status.html", standing=standing(sources), fresh=fresh)
