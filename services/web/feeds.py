"""The site's feeds, one of each form for every stream: `/feeds/{all, a section or search}.{rss,atom,json}` and
`/feeds/{kind}/{name}.{form}`; and the list of all sources' feeds as OPML."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.web import streams, syndication
from services.web.cards import cards
from services.web.site import Site
from services.web.store import Store
from services.web.streams import Stream
from services.web.syndication import Channel
from shared import clock

FORMS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


class Feeds:
    """The feeds, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/feeds/sources.opml", self.opml),
            Route("/feeds/search.{form}", self.search_feed),
            Route("/feeds/{name}.{form}", self.feed),
            Route("/feeds/{kind}/{name}.{form}", self.named_feed),
        ]

    async def feed(self, request: Request) -> Response:
        name = request.path_params["name"]
        own = self._site.own.site_name
        return await self._made(request, streams.whole(own) if name == streams.WHOLE else streams.section(name))

    async def search_feed(self, request: Request) -> Response:
        words = request.query_params.get("q", "").strip()
        return await self._made(request, streams.search(words) if words else None)

    async def named_feed(self, request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        if request.path_params["form"] not in FORMS:
            raise HTTPException(404)
        return await self._made(request, await streams.named(self._store, kind, name))

    async def opml(self, request: Request) -> Response:
        """Every source that is read, with its feed here."""
        sources = [source for source in await self._store.sources() if source.active]
        made = Response(
            syndication.opml(self._site.own.site_name, self._site.root(request), sources), media_type="text/x-opml"
        )
        return self._site.kept(request, made)

    async def _made(self, request: Request, stream: Stream | None) -> Response:
        form = request.path_params["form"]
        if stream is None or form not in FORMS:
            raise HTTPException(404)
        own, root = self._site.own, self._site.root(request)
        listing = await self._store.listing(stream.wanted, own.feed_size)
        entries = cards(listing.found)
        channel = Channel(
            title=own.site_name if stream.title == own.site_name else f"{own.site_name}: {stream.title}",
            root=root,
            home=root + stream.home + stream.query,
            address=root + stream.address(form),
            # Of its newest entry: a feed that says "now" is a new one for every reader.
            updated=max((card.changed for card in entries), default=clock.now().replace(minute=0, second=0, microsecond=0)),
            hub=own.hub,
        )
        if form == "json":
            made: Response = JSONResponse(syndication.json_feed(channel, entries), media_type=FORMS[form])
        else:
            written = {"rss": syndication.rss, "atom": syndication.atom}[form](channel, entries)
            made = Response(written, media_type=FORMS[form])
        if own.hub:  # WebSub §4: both links, as headers
            made.headers["Link"] = f'<{own.hub}>; rel="hub", <{channel.address}>; rel="self"'
        return self._site.kept(request, made)
