"""From an address to a source: the feeds that a page names, or the feed that stands there itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from console.terminal import Refused
from services.extractor.declared import declared
from services.extractor.decoding import decode
from services.extractor.markup import Element, parse
from services.extractor.metadata import language, site_name
from services.fetcher.feeds import NotAListing
from services.fetcher.parsing import ListingReader
from services.fetcher.sitemaps import is_sitemap
from shared.errors import Ended, Transient
from shared.http.client import Answer, GuardedClient
from shared.ids import normalise_url, registered_domain, source_id
from shared.search.sources import Feed, Source

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
MOST_TRIED = 10
UNDETERMINED = "und"


@dataclass(frozen=True)
class Home:
    """What a home page says of its site, and the feeds it names, in its order."""

    name: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()


async def discover(url: str, web: GuardedClient, reader: ListingReader) -> Source:
    """The source at `url`, a home page or a feed. Raises Refused where there is none."""
    try:
        normalise_url(url)
    except ValueError as error:
        raise Refused(str(error)) from error
    answer = await _got(url, web)
    if answer is None or answer.status != 200:
        raise Refused(f"{url} cannot be had: {f'http {answer.status}' if answer else 'no answer'}")
    if await _is_listing(answer, reader):
        place = _origin(answer.url)
        front = await _got(place, web)
        home = _home(front) if front and front.status == 200 else Home()
        return _source(place, home, (_feed(answer),), identity=answer.url)
    home = _home(answer)
    found = await _working(home.feeds, web, reader) or await _working(await _news_sitemaps(answer.url, web), web, reader)
    if not found:
        raise Refused(f"{url} names no feed that can be read; give a feed's own address")
    return _source(answer.url, home, tuple(found), identity=answer.url)


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


def news_sitemaps(robots: str) -> tuple[str, ...]:
    """Of the sitemaps that robots.txt names, those of news; a site's others list its whole archive."""
    lines = (line.partition(":") for line in robots.splitlines())
    named = (target.strip() for name, _, target in lines if name.strip().lower() == "sitemap")
    return tuple(dict.fromkeys(target for target in named if "news" in target.lower()))[:MOST_TRIED]


def _home(answer: Answer) -> Home:
    try:
        tree = parse(decode(answer.body, answer.content_type))
    except ValueError:
        return Home()
    said = declared(tree, answer.url)
    spoken, _ = language(tree, said, None)
    return Home(site_name(said), None if spoken == UNDETERMINED else spoken, feeds(tree, answer.url))


async def _news_sitemaps(url: str, web: GuardedClient) -> tuple[str, ...]:
    answer = await _got(urljoin(url, "/robots.txt"), web)
    return news_sitemaps(answer.body.decode(errors="replace")) if answer and answer.status == 200 else ()


async def _working(urls: Iterable[str], web: GuardedClient, reader: ListingReader) -> list[Feed]:
    """Those of `urls` that are feeds or sitemaps indeed."""
    found: list[Feed] = []
    for url in urls:
        answer = await _got(url, web)
        if answer and answer.status == 200 and await _is_listing(answer, reader):
            found.append(_feed(answer))
    return found


async def _got(url: str, web: GuardedClient) -> Answer | None:
    try:
        return await web.follow(url)
    except Transient:
        return None
    except Ended as ended:
        if ended.reason.startswith("private"):
            raise Refused(f"{url}: {ended.reason}; BABELWIRE_FETCHER_ALLOW_PRIVATE allows some") from ended
        return None


async def _is_listing(answer: Answer, reader: ListingReader) -> bool:
    try:
        await reader(answer.body, answer.url, answer.content_type)
    except NotAListing:
        return False
    return True


def _feed(answer: Answer) -> Feed:
    return Feed(url=answer.url, kind="sitemap" if is_sitemap(answer.body) else "feed")


def _source(home_page: str, home: Home, found: tuple[Feed, ...], identity: str) -> Source:
    said = {"language": home.language} if home.language else {}
    name = home.name or registered_domain(home_page)
    return Source(id=source_id(identity), name=name, home_page=home_page, feeds=found, **said)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
