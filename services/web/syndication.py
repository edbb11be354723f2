"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 out of cards, OPML out of sources. Pure.

Entries carry title, standfirst and link, whatever the rights: the text is read on the page, beside its original.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from services.web.addresses import external, source_path
from services.web.cards import Card
from services.web.moments import machine
from shared.search.sources import Source

ABOUT = "The world's news in English, each article with its original."
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
XML = "http://www.w3.org/XML/1998/namespace"

# XML 1.0 has no way to write these, and a publisher's text may hold them.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Channel:
    """A feed as a whole. `root` is where the site is, `home` the page it is the feed of, `address` its own; `hub` the
    WebSub hub that passes on what is new in it, if there is one."""

    title: str
    root: str
    home: str
    address: str
    updated: datetime
    hub: str | None = None


def rss(channel: Channel, entries: Iterable[Card]) -> bytes:
    """RSS 2.0."""
    feed = etree.Element("rss", version="2.0", nsmap={"atom": ATOM, "dc": DC})
    top = etree.SubElement(feed, "channel")
    _put(top, "title", channel.title)
    _put(top, "link", channel.home)
    _put(top, "description", ABOUT)
    _put(top, "language", "en")
    _put(top, "lastBuildDate", format_datetime(channel.updated))
    etree.SubElement(top, f"{{{ATOM}}}link", href=channel.address, rel="self", type="application/rss+xml")
    if channel.hub:
        _link(top, channel.hub, "hub")
    for card in entries:
        item = etree.SubElement(top, "item")
        _put(item, "title", card.title.text)
        _put(item, "link", channel.root + card.path)
        _put(item, "guid", _identity(card), {"isPermaLink": "false"})
        _put(item, "pubDate", format_datetime(card.when))
        _put(item, "category", card.article.section)
        if card.article.source_name:
            _put(item, f"{{{DC}}}creator", card.article.source_name)
        if card.standfirst:
            _put(item, "description", card.standfirst.text)
    return _written(feed)


def atom(channel: Channel, entries: Iterable[Card]) -> bytes:
    """Atom."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # the stubs know no default namespace
    feed.set(f"{{{XML}}}lang", "en")
    _put(feed, f"{{{ATOM}}}title", channel.title)
    _put(feed, f"{{{ATOM}}}subtitle", ABOUT)
    _put(feed, f"{{{ATOM}}}id", channel.address)
    _put(feed, f"{{{ATOM}}}updated", machine(channel.updated))
    _link(feed, channel.address, "self")
    _link(feed, channel.home, "alternate")
    if channel.hub:
        _link(feed, channel.hub, "hub")
    for card in entries:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        if card.title.lang:
            entry.set(f"{{{XML}}}lang", card.title.lang)
        _put(entry, f"{{{ATOM}}}title", card.title.text)
        _put(entry, f"{{{ATOM}}}id", _identity(card))
        _put(entry, f"{{{ATOM}}}published", machine(card.when))
        _put(entry, f"{{{ATOM}}}updated", machine(card.changed))
        author = etree.SubElement(entry, f"{{{ATOM}}}author")
        _put(author, f"{{{ATOM}}}name", card.article.source_name or channel.title)
        etree.SubElement(entry, f"{{{ATOM}}}category", term=card.article.section)
        _link(entry, channel.root + card.path, "alternate")
        if card.standfirst:
            _put(entry, f"{{{ATOM}}}summary", card.standfirst.text)
    return _written(feed)


def json_feed(channel: Channel, entries: Iterable[Card]) -> dict[str, Any]:
    """JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.address,
        "description": ABOUT,
        "language": "en",
        **({"hubs": [{"type": "WebSub", "url": channel.hub}]} if channel.hub else {}),
        "items": [
            {
                "id": _identity(card),
                "url": channel.root + card.path,
                "external_url": card.article.url,
                "title": card.title.text,
                # The format wants a text of every item.
                "content_text": (card.standfirst or card.title).text,
                "date_published": machine(card.when),
                "date_modified": machine(card.changed),
                "authors": [{"name": card.article.source_name}] if card.article.source_name else [],
                "tags": [card.article.section],
                **({"language": card.title.lang} if card.title.lang else {}),
            }
            for card in entries
        ],
    }


def opml(title: str, root: str, sources: Iterable[Source]) -> bytes:
    """OPML 2.0 of the sources' feeds at this site; the publishers' own may be private."""
    document = etree.Element("opml", version="2.0")
    _put(etree.SubElement(document, "head"), "title", f"Sources of {title}")
    body = etree.SubElement(document, "body")
    for source in sources:
        name = clean(source.name)
        attributes = {
            "type": "rss",
            "text": name,
            "title": name,
            "xmlUrl": f"{root}/feeds{source_path(source.id)}.rss",
            "htmlUrl": clean(external(source.home_page) or root + source_path(source.id)),
        }
        etree.SubElement(body, "outline", attributes)
    return _written(document)


def clean(text: str) -> str:
    """`text` without what XML cannot say."""
    return _NOT_XML.sub("", text)


def _identity(card: Card) -> str:
    """Stays when the title, and with it the address, changes."""
    return f"urn:babelwire:article:{card.article.article_id}"


def _put(parent: etree._Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    etree.SubElement(parent, name, attributes).text = clean(text)


def _link(parent: etree._Element, href: str, rel: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", href=href, rel=rel)


def _written(feed: etree._Element) -> bytes:
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")
