"""Sitemaps, news sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html, Google's news extension)."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from services.fetcher.feeds import FeedItem, NotAListing, absolute, iso_moment, plain
from services.fetcher.references import mended

ROOTS = ("urlset", "sitemapindex")


@dataclass(frozen=True)
class SubSitemap:
    """A sitemap that an index names."""

    url: str
    updated: datetime | None = None


@dataclass(frozen=True)
class Sitemap:
    """`items` of a set of URLs, `sitemaps` of an index."""

    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[SubSitemap, ...] = ()


def is_sitemap(body: bytes) -> bool:
    """Whether the beginning of `body` has a sitemap's root."""
    head = body[:4096]
    return any(b"<" + root.encode() in head or b":" + root.encode() in head for root in ROOTS)


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """What a sitemap lists, in its order. Raises NotAListing.

    No DTD is loaded, no entity of its own expanded and nothing read from the network; broken XML gives what can be read.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(mended(body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAListing("broken xml") from error
    kind = _name(root) if root is not None else ""
    if kind == "sitemapindex":
        subs = [_sub(element, url) for element in root if _name(element) == "sitemap"]
        return Sitemap(sitemaps=tuple(sub for sub in subs if sub is not None))
    if kind == "urlset":
        items = [_item(element, url) for element in root if _name(element) == "url"]
        return Sitemap(items=tuple(item for item in items if item is not None))
    raise NotAListing("html" if kind == "html" else "not a sitemap")


def _sub(element: etree._Element, base: str) -> SubSitemap | None:
    fields = _fields(element)
    url = absolute(fields.get("loc"), base)
    return SubSitemap(url, iso_moment(fields.get("lastmod"))) if url else None


def _item(element: etree._Element, base: str) -> FeedItem | None:
    fields = _fields(element)
    url = absolute(fields.get("loc"), base)
    if url is None:
        return None
    return FeedItem(
        url=url,
        title=plain(fields.get("title")),
        published=iso_moment(fields.get("publication_date")),
        updated=iso_moment(fields.get("lastmod")),
    )


def _fields(element: etree._Element) -> dict[str, str]:
    """The text of `element`'s children and of its `news` child's, by local name; images and videos are passed over."""
    found: dict[str, str] = {}
    for child in element:
        if _name(child) == "news":
            found |= {name: text for name, text in _fields(child).items() if name in ("title", "publication_date")}
        elif _name(child) not in ("image", "video", "link", "") and child.text:
            found.setdefault(_name(child), child.text.strip())
    return found


def _name(element: etree._Element) -> str:
    # Not by etree.QName, which refuses names that recovery lets pass, such as `rdf:`.
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
