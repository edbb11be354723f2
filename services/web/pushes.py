"""Where hubs call back (WebSub): they ask whether we meant to subscribe, and tell when a feed has news.

A push makes the feed due and does nothing more: what is news is read from the publisher, never from whoever knows this
address.
"""

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.web.bodies import body_of
from shared import clock, ids, websub
from shared.search.sources import Feed, Sources
from shared.telemetry import metrics

LARGEST = 10 * 1024 * 1024  # bytes of a push, which has to be read to be verified
LONGEST_CHALLENGE = 1024
ASKED_WITHIN = timedelta(days=1)  # hubs verify at once, or when they come to it
LONGEST_LEASE = timedelta(days=30)


class Pushes:
    """`key` is what the hubs' secrets are made of."""

    def __init__(self, sources: Sources, key: str) -> None:
        self._sources = sources
        self._key = key

    def routes(self) -> list[Route]:
        path = websub.PATH + "/{source_id}/{feed_id}"
        return [Route(path, self.verify, methods=["GET"]), Route(path, self.push, methods=["POST"])]

    async def verify(self, request: Request) -> Response:
        """Whether we meant it (§5.3): the challenge back for what was asked within a day, 404 for all else."""
        feed = await self._feed(request)
        told = request.query_params
        challenge = told.get("hub.challenge", "")
        lease = told.get("hub.lease_seconds", "")
        meant = (
            feed is not None
            and told.get("hub.mode") == "subscribe"
            and told.get("hub.topic") == feed.topic
            and feed.subscribed_at is not None
            and clock.now() - feed.subscribed_at < ASKED_WITHIN
            and 0 < len(challenge) <= LONGEST_CHALLENGE
            and lease.isascii()
            and lease.isdecimal()
        )
        if not meant or feed is None:
            metrics.PUSHES.labels("not meant").inc()
            return Response(status_code=404)
        seconds = min(int(lease[:9]), LONGEST_LEASE.total_seconds())
        until = clock.now() + timedelta(seconds=seconds)
        await self._sources.subscribed(request.path_params["source_id"], feed.url, until)
        metrics.PUSHES.labels("verified").inc()
        return PlainTextResponse(challenge, headers={"Cache-Control": "no-store"})

    async def push(self, request: Request) -> Response:
        """Takes note of a push that is rightly signed; of one that is not the hub hears nothing (§8)."""
        feed = await self._feed(request)
        if feed is None or feed.topic is None:
            metrics.PUSHES.labels("unknown").inc()
            return Response(status_code=404)
        try:
            body = await body_of(request, LARGEST)
        except HTTPException as error:
            metrics.PUSHES.labels("too large" if error.status_code == 413 else "did not come").inc()
            raise
        secret = websub.secret(self._key, request.path_params["feed_id"], feed.topic)
        if websub.signed(body, request.headers.get("x-hub-signature", ""), secret):
            await self._sources.pushed(request.path_params["source_id"], feed.url, clock.now())
            metrics.PUSHES.labels("taken").inc()
        else:
            metrics.PUSHES.labels("bad signature").inc()
        return Response(status_code=202)

    async def _feed(self, request: Request) -> Feed | None:
        source = await self._sources.get(request.path_params["source_id"], fresh=True)
        feeds = source.feeds if source and source.active else ()
        return next((feed for feed in feeds if ids.url_id(feed.url) == request.path_params["feed_id"]), None)
