"""The web service's composition root: `python -m services.web`."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from services.web.api import Api
from services.web.boards import Boards
from services.web.failures import handlers
from services.web.feeds import Feeds
from services.web.pages import Pages
from services.web.searching import Searching
from services.web.settings import WebSettings
from services.web.site import STATIC, Site
from services.web.sitemaps import Sitemaps
from services.web.store import Store
from services.web.wire import Safe, Timed
from shared.search.client import connect
from shared.settings import Settings, load, shown
from shared.telemetry import logging
from shared.telemetry.health import routes, server


def main() -> None:
    """Serves the site until it is told to stop."""
    settings, own = load(Settings), load(WebSettings)
    logging.configure("web", settings)
    logging.get("web").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_serve(settings, own))


def site(own: WebSettings, store: Store) -> Starlette:
    """The whole site over what is in `store`; the app's end closes it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await store.close()

    made = Site(own)
    app = Starlette(
        routes=[
            # It can answer whenever it runs: without OpenSearch it says so on the page.
            *routes([]),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            *Api(made, store).routes(),
            *Feeds(made, store).routes(),
            *Sitemaps(made, store).routes(),
            *Searching(made, store).routes(),
            *Boards(made, store).routes(),
            *Pages(made, store).routes(),
        ],
        middleware=[Middleware(Timed), Middleware(Safe, noindex=own.noindex)],
        exception_handlers=handlers(made),
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would send every address that is not there to another that is not
    return app


async def _serve(settings: Settings, own: WebSettings) -> None:
    serving = server(site(own, Store(connect(settings), own.search_seconds)), own.listen)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, serving, "should_exit", True)
    await serving.serve()
