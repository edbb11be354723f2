"""Sitemaps (sitemaps.org 0.9): an index, one of the news of two days, and those of the day archive."""

from datetime import date, timedelta

from lxml import etree
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses
from services.web.cards import Card, cards
from services.web.moments import machine
from services.web.queries import DEEPEST, Wanted
from services.web.site import Site
from services.web.store import Store
from services.web.syndication import clean
from shared import clock

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
NEWS_FOR = timedelta(days=2)  # what a news sitemap may reach back, and MOST what it may hold
MOST = 1000
DAYS = 1000  # of the archive; three years


class Sitemaps:
    """The sitemaps, out of `store`, in the form of `site`. robots.txt names them where the site may be indexed."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sitemap.xml", self.index_of_sitemaps),
            Route("/sitemaps/news.xml", self.news_sitemap),
            Route("/sitemaps/{day}.{page}.xml", self.day_sitemap),
        ]

    async def index_of_sitemaps(self, request: Request) -> Response:
        root = self._site.root(request)
        top = _element("sitemapindex")
        paths = ["/sitemaps/news.xml"]
        for day, articles in (await self._store.days(DAYS)).items():
            pages = -(-min(articles, DEEPEST) // MOST)
            paths += [f"/sitemaps/{day.isoformat()}.{page}.xml" for page in range(1, pages + 1)]
        for path in paths:
            _put(etree.SubElement(top, _name("sitemap")), "loc", root + path)
        return self._written(request, top)

    async def news_sitemap(self, request: Request) -> Response:
        listing = await self._store.listing(Wanted(since=clock.now() - NEWS_FOR), MOST)
        root = self._site.root(request)
        top = _element("urlset")
        for card in cards(listing.found):
            url = _url(top, root, card)
            news = etree.SubElement(url, f"{{{NEWS}}}news")
            publication = etree.SubElement(news, f"{{{NEWS}}}publication")
            etree.SubElement(publication, f"{{{NEWS}}}name").text = self._site.own.site_name
            etree.SubElement(publication, f"{{{NEWS}}}language").text = card.title.lang or "en"
            etree.SubElement(news, f"{{{NEWS}}}publication_date").text = machine(card.when)
            etree.SubElement(news, f"{{{NEWS}}}title").text = clean(card.title.text)
        return self._written(request, top)

    async def day_sitemap(self, request: Request) -> Response:
        day = addresses.parse_day(request.path_params["day"])
        page = addresses.parse_page(request.path_params["page"], DEEPEST // MOST)
        if day is None or page is None:
            raise HTTPException(404)
        found = await self._of(day, page)
        if not found and page > 1:
            raise HTTPException(404)
        root = self._site.root(request)
        top = _element("urlset")
        for card in found:
            _url(top, root, card)
        return self._written(request, top)

    async def _of(self, day: date, page: int) -> tuple[Card, ...]:
        return cards((await self._store.listing(Wanted(day=day), MOST, page)).found)

    def _written(self, request: Request, top: etree._Element) -> Response:
        content = etree.tostring(top, xml_declaration=True, encoding="utf-8")
        return self._site.kept(request, Response(content, media_type="application/xml"))


def _url(top: etree._Element, root: str, card: Card) -> etree._Element:
    url = etree.SubElement(top, _name("url"))
    _put(url, "loc", root + card.path)
    _put(url, "lastmod", machine(card.changed))
    return url


def _element(name: str) -> etree._Element:
    return etree.Element(_name(name), nsmap={None: SITEMAP, "news": NEWS})  # type: ignore[dict-item]  # the stubs know no default namespace


def _name(name: str) -> str:
    return f"{{{SITEMAP}}}{name}"


def _put(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _name(name)).text = text
