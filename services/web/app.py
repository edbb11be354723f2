"""The web service's composition root: `python -m services.web`."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
from opensearchpy import TransportError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from services.web.api import Api
from services.web.boards import Boards
from services.web.copies import Copies
from services.web.crowd import RETRY_SECONDS, Crowd
from services.web.failures import failure, handlers
from services.web.feeds import Feeds
from services.web.limits import Limited, Limits
from services.web.pages import Pages
from services.web.pictures import Pictures, Signer
from services.web.publishing import Publishing
from services.web.pushes import Pushes
from services.web.reporting import Reporting
from services.web.searching import Searching
from services.web.settings import WebSettings
from services.web.site import STATIC, Site
from services.web.sitemaps import Sitemaps
from services.web.store import Store
from services.web.wire import Conditional, Open, Safe, Timed
from shared import clock
from shared.errors import Unavailable
from shared.http.client import GuardedClient
from shared.http.guard import AddressGuard, allow_list
from shared.search.client import connect
from shared.search.sources import Sources
from shared.settings import Settings, load, shown
from shared.telemetry import logging
from shared.telemetry.health import routes, server

SMALL = 1000  # bytes; less is not worth compressing
COMPRESSION = 5
WATCH_SECONDS = 10.0


def main() -> None:
    """Serves the site until it is told to stop."""
    settings, own = load(Settings), load(WebSettings)
    logging.configure("web", settings)
    logging.get("web").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_serve(settings, own))


def site(
    own: WebSettings, store: Store, fetching: httpx.AsyncBaseTransport | None = None, pushes: Pushes | None = None
) -> Starlette:
    """The whole site over what is in `store`; the app's end closes it. `fetching` replaces the network in tests; without
    `pushes` no hub is answered."""
    guard = AddressGuard(allow_list(own.allow_private))
    signer = Signer(own, guard)
    made = Site(own, signer.path)
    client = GuardedClient(
        guard, user_agent=own.picture_agent, limits=own.picture_limits, proxy=own.proxy, transport=fetching
    )
    answers = handlers(made)

    def refused(request: Request, seconds: int) -> Response:
        return failure(made, request, 429, "Too many requests from this client.", {"Retry-After": str(seconds)})

    def crowded(request: Request) -> Response:
        detail = "More is asked than can be answered in time."
        return failure(made, request, 503, detail, {"Retry-After": str(RETRY_SECONDS)}, "crowded.html")

    def copies(app: ASGIApp) -> ASGIApp:
        kept = Copies(app, seconds=own.cache_seconds, most=own.cache_bytes * 3 // 4, ticks=time.monotonic, now=clock.now)
        watched.append(kept)
        return kept

    watched: list[Copies] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        made.compile()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(watch(store, watched))]
            if own.hub and own.base_url:
                tasks.append(group.create_task(Publishing(own.hub, own.base_url, store, own.feed_size).run()))
            yield
            for task in tasks:
                task.cancel()
        await client.aclose()
        await store.close()

    limits = [Middleware(Limited, limits=Limits(own.requests_per_minute, time.monotonic), refusal=refused)]
    app = Starlette(
        routes=[
            # It can answer whenever it runs: without OpenSearch it says so on the page.
            *routes([]),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            *(pushes.routes() if pushes else ()),
            *Api(made, store).routes(),
            *(Pictures(made, store, client, own, signer).routes() if own.pictures else ()),
            *Feeds(made, store).routes(),
            *Sitemaps(made, store).routes(),
            *Searching(made, store).routes(),
            *Reporting(made, store).routes(),
            *Boards(made, store).routes(),
            *Pages(made, store).routes(),
        ],
        middleware=[
            Middleware(Timed),
            Middleware(Safe, noindex=own.noindex),
            Middleware(Open),
            *(limits if own.requests_per_minute else ()),
            Middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=COMPRESSION),
            Middleware(Conditional),
            Middleware(copies),
            Middleware(Crowd, most=own.at_once, refusal=crowded),
        ],
        exception_handlers=answers,
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would send every address that is not there to another that is not
    return app


async def watch(store: Store, copies: Sequence[Copies]) -> None:
    """Forgets all copies when more was withdrawn or taken down than before. For ever."""
    before: int | None = None
    while True:
        with suppress(Unavailable, TransportError):
            now = await store.withdrawn()
            if before is not None and now != before:
                for kept in copies:
                    kept.clear()
            before = now
        await asyncio.sleep(WATCH_SECONDS)


async def _serve(settings: Settings, own: WebSettings) -> None:
    client = connect(settings)
    key = settings.websub_secret
    pushes = Pushes(Sources(client), key.get_secret_value()) if settings.websub_url and key else None
    made = site(own, Store(client, own.search_seconds), pushes=pushes)
    serving = server(made, own.listen, settings.drain_seconds)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, serving, "should_exit", True)
    await serving.serve()
