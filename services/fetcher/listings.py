"""A poll's body, whatever it turns out to be: a feed, a sitemap, either of them compressed once more."""

import zlib
from dataclasses import dataclass
from datetime import timedelta

from services.fetcher.feeds import FeedItem, NotAListing, parse_feed
from services.fetcher.front_pages import parse_front_page
from services.fetcher.sitemaps import SubSitemap, is_sitemap, parse_sitemap

GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Listing:
    """What was listed, in its order; `linkless`: entries that name no address; `hint`: for how long it is said to stand;
    `hub` and `topic`: where, and as what, it can be subscribed to."""

    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[SubSitemap, ...] = ()
    linkless: int = 0
    hint: timedelta = timedelta(0)
    hub: str | None = None
    topic: str | None = None


def parse_listing(body: bytes, url: str, content_type: str, limit: int, front_page: bool = False) -> Listing:
    """Reads `body`, which was found at `url`; `limit`: most bytes when expanded (`sitemap.xml.gz`). Raises NotAListing.

    Of a `front_page` the links to its articles.
    """
    if body.startswith(GZIP):
        body = _expanded(body, limit)
    if not body.strip():
        raise NotAListing("empty")
    if front_page:
        return Listing(parse_front_page(body, url, content_type))
    if is_sitemap(body):
        sitemap = parse_sitemap(body, url)
        return Listing(sitemap.items, sitemap.sitemaps)
    feed = parse_feed(body, url, content_type)
    return Listing(feed.items, linkless=feed.linkless, hint=feed.hint, hub=feed.hub, topic=feed.topic)


def _expanded(body: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise NotAListing("broken gzip") from error
    if len(found) > limit:
        raise NotAListing("too large when expanded")
    if not stream.eof:
        raise NotAListing("truncated gzip")
    return found
