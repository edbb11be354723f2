"""The site's feeds: `/feeds/{all or a section}.{rss,atom,json}`."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.web import syndication
from services.web.addresses import section_path
from services.web.cards import cards
from services.web.queries import Wanted
from services.web.site import SECTION_NAMES, Site
from services.web.store import Store
from services.web.syndication import Channel
from shared import clock

WHOLE = "all"


class Feeds:
    """The feeds, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [Route("/feeds/{name}.{form}", self.feed)]

    async def feed(self, request: Request) -> Response:
        name, form = request.path_params["name"], request.path_params["form"]
        if name not in (WHOLE, *SECTION_NAMES) or form not in ("rss", "atom", "json"):
            raise HTTPException(404)
        own, root = self._site.own, self._site.root(request)
        listing = await self._store.listing(Wanted(section=None if name == WHOLE else name), own.feed_size)
        entries = cards(listing.found)
        channel = Channel(
            title=own.site_name if name == WHOLE else f"{own.site_name}: {SECTION_NAMES[name]}",
            root=root,
            home=root + ("/" if name == WHOLE else section_path(name)),
            address=root + request.url.path,
            # Of its newest entry: a feed that says "now" is a new one for every reader.
            updated=max((card.changed for card in entries), default=clock.now().replace(minute=0, second=0, microsecond=0)),
        )
        if form == "json":
            made: Response = JSONResponse(syndication.json_feed(channel, entries), media_type="application/feed+json")
        elif form == "atom":
            made = Response(syndication.atom(channel, entries), media_type="application/atom+xml")
        else:
            made = Response(syndication.rss(channel, entries), media_type="application/rss+xml")
        made.headers["Access-Control-Allow-Origin"] = "*"
        return self._site.kept(request, made)
