"""From an address to a source: the feed that stands there itself; or what the page names, robots.txt names, usual places
hold; or, for want of all that, the page's own links to its articles."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from console.terminal import Refused
from services.extractor.declared import declared
from services.extractor.decoding import decode
from services.extractor.markup import Element
from services.extractor.markup import parse as parse_page
from services.extractor.metadata import language, site_name
from services.fetcher.feeds import NotAListing
from services.fetcher.front_pages import parse_front_page
from services.fetcher.parsing import ListingReader
from services.fetcher.robots import Robots, parse, rules_of
from services.fetcher.sitemaps import is_sitemap
from shared.errors import Ended, Transient
from shared.http.client import Answer, GuardedClient
from shared.ids import normalise_url, registered_domain, source_id
from shared.search.sources import Feed, Source

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
MOST_TRIED = 10
FEWEST_LINKS = 5  # of a front page that is worth reading for want of a feed
# Where publishing systems put them: WordPress, Drupal, Ghost, Hugo, Blogger, and older ones.
USUAL_FEEDS = ("/feed/", "/rss.xml", "/feed.xml", "/rss/", "/atom.xml", "/index.xml", "/feeds/posts/default", "/feed.json")
USUAL_NEWS_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/googlenews.xml")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
UNDETERMINED = "und"


@dataclass(frozen=True)
class Home:
    """What a home page says of its site, and the feeds it names, in its order."""

    name: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Discovered:
    """A source, and in words how its feeds were found."""

    source: Source
    how: str


@dataclass(frozen=True)
class Discoverer:
    """Looks around at one site, `pause` seconds between two requests, where robots.txt lets `agent` look."""

    web: GuardedClient
    reader: ListingReader
    agent: str
    pause: float

    async def discover(self, url: str) -> Discovered:
        """The source at `url`, a home page or a feed. Raises Refused where there is none."""
        try:
            normalise_url(url)
        except ValueError as error:
            raise Refused(str(error)) from error
        answer = await self._got(url)
        if answer is None or answer.status != 200:
            raise Refused(f"{url} cannot be had: {f'http {answer.status}' if answer else 'no answer'}")
        if await self._is_listing(answer):
            place = _origin(answer.url)
            front = await self._got(place)
            home = _home(front) if front and front.status == 200 else Home()
            return Discovered(_source(place, home, (_feed(answer),), identity=answer.url), "this is a feed itself")
        home = _home(answer)
        robots = await self._robots(answer.url)
        if not robots.allows(answer.url, self.agent):
            raise Refused(f"{url}: robots.txt forbids it")
        found, how = await self._listings(answer, home, robots)
        return Discovered(_source(answer.url, home, found, identity=answer.url), how)

    async def _listings(self, front: Answer, home: Home, robots: Robots) -> tuple[tuple[Feed, ...], str]:
        named = sitemaps(robots.text)
        news = tuple(target for target in named if "news" in target.lower())
        # A publisher may have a feed for each section: all that it names are taken, but one of the usual places is enough.
        if found := await self._working(home.feeds, robots):
            return found, "the page names them"
        if found := await self._working(news, robots):
            return found, "robots.txt names them"
        if found := await self._working(_at(front.url, USUAL_FEEDS), robots, most=1):
            return found, "not named anywhere, but in a usual place"
        if found := await self._working(_at(front.url, USUAL_NEWS_SITEMAPS), robots, most=1):
            return found, "not named anywhere, but in a usual place"
        if found := await self._working((*named, *_at(front.url, USUAL_SITEMAPS)), robots, most=1):
            return found, "no feed, but a sitemap of the whole site, of which what is new is read"
        try:
            links = len(parse_front_page(front.body, front.url, front.content_type))
        except NotAListing:
            links = 0
        if links < FEWEST_LINKS:
            raise Refused(f"{front.url} has neither feed nor sitemap, nor links to articles; give a feed's own address")
        return (Feed(url=front.url, kind="page"),), f"neither feed nor sitemap: the page's own links, {links} of them now"

    async def _working(self, urls: Iterable[str], robots: Robots, most: int = MOST_TRIED) -> tuple[Feed, ...]:
        """Those of `urls` that are feeds or sitemaps indeed, at most `most`."""
        found: dict[str, Feed] = {}
        for url in urls:
            if not robots.allows(url, self.agent):
                continue
            await asyncio.sleep(self.pause)
            answer = await self._got(url)
            if answer and answer.status == 200 and await self._is_listing(answer):
                feed = _feed(answer)
                found.setdefault(feed.url, feed)
                if len(found) == most:
                    break
        return tuple(found.values())

    async def _robots(self, url: str) -> Robots:
        await asyncio.sleep(self.pause)
        answer = await self._got(urljoin(url, "/robots.txt"))
        rules = rules_of(answer.status, answer.body) if answer else None
        if rules is None:
            raise Refused(f"{urljoin(url, '/robots.txt')} cannot be had, so nothing may be read for now")
        return rules

    async def _got(self, url: str) -> Answer | None:
        try:
            return await self.web.follow(url)
        except Transient:
            return None
        except Ended as ended:
            if ended.reason.startswith("private"):
                raise Refused(f"{url}: {ended.reason}; BABELWIRE_FETCHER_ALLOW_PRIVATE allows some") from ended
            return None

    async def _is_listing(self, answer: Answer) -> bool:
        try:
            await self.reader(answer.body, answer.url, answer.content_type)
        except NotAListing:
            return False
        return True


def feeds(tree: Element, url: str) -> tuple[str, ...]:
    """The feeds that a page at `url` names for readers of its news; those of comments are not."""
    found: dict[str, None] = {}
    for link in tree.iter("link"):
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        if "alternate" not in (link.get("rel") or "").lower().split() or kind not in FEED_TYPES:
            continue
        target = urljoin(url, (link.get("href") or "").strip())
        if "comment" not in f"{target} {link.get('title') or ''}".lower():
            found[target] = None
    return tuple(found)[:MOST_TRIED]


def sitemaps(robots: str) -> tuple[str, ...]:
    """The sitemaps that robots.txt names."""
    return tuple(dict.fromkeys(parse(robots).rules.sitemaps))[:MOST_TRIED]


def _home(answer: Answer) -> Home:
    try:
        tree = parse_page(decode(answer.body, answer.content_type))
    except ValueError:
        return Home()
    said = declared(tree, answer.url)
    spoken, _ = language(tree, said, None)
    return Home(site_name(said), None if spoken == UNDETERMINED else spoken, feeds(tree, answer.url))


def _at(url: str, paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(urljoin(url, path) for path in paths)


def _feed(answer: Answer) -> Feed:
    return Feed(url=answer.url, kind="sitemap" if is_sitemap(answer.body) else "feed")


def _source(home_page: str, home: Home, found: tuple[Feed, ...], identity: str) -> Source:
    said = {"language": home.language} if home.language else {}
    name = home.name or registered_domain(home_page)
    return Source(id=source_id(identity), name=name, home_page=home_page, feeds=found, **said)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
