"""Lists of sources as files: OPML 2.0 (https://opml.org/spec2.opml), what feed readers exchange, and JSON, which keeps all.

An OPML outline with an `xmlUrl` is a feed; those with one `htmlUrl` are one source. `type="sitemap"` marks a sitemap and
`type="page"` a front page that is read for want of either, as our own export does. A list is a stranger's: nothing in it is
expanded, included or fetched.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from pydantic import ValidationError

from shared.ids import normalise_url, source_id
from shared.search.sources import Feed, FeedKind, Source, merged

POLLING = {"next_poll_at", "lease_until", "lease_owner", "etag", "last_modified", "last_polled_at", "last_result",
           "last_article_at", "failures", "rhythm", "validators", "listed", "read_at",
           "hub", "topic", "subscribed_at", "subscribed_until", "pushed_at"}  # fmt: skip
LONGEST_NAME = 200
OUTLINES: dict[FeedKind, str] = {"feed": "rss", "sitemap": "sitemap", "page": "page"}
KINDS = {outline: kind for kind, outline in OUTLINES.items()}


class UnreadableList(Exception):
    """The file as a whole is no list of sources."""


@dataclass(frozen=True)
class SourceList:
    """`refused` has a line for each entry that is no source, with why."""

    sources: tuple[Source, ...]
    refused: tuple[str, ...] = ()


def parse(body: bytes) -> SourceList:
    """The list in `body`, OPML or JSON whatever it is called. Raises UnreadableList."""
    head = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise UnreadableList("is empty")
    return _json(body) if head.startswith((b"[", b"{")) else _opml(body)


def to_json(sources: Iterable[Source]) -> str:
    """What `parse` reads again, without the state of polling."""
    hidden: Any = {"due_at": True, "health": True, "ends": True, "added_at": True, "feeds": {"__all__": POLLING}}
    entries = [source.model_dump(mode="json", exclude=hidden, exclude_none=True) for source in sources]
    return json.dumps(entries, ensure_ascii=False, indent=2)


def to_opml(sources: Iterable[Source]) -> str:
    """An outline for each feed. Sections, rights and politeness have no place in OPML."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Babelwire's sources"
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in source.feeds:
            outline = etree.SubElement(body, "outline", type=OUTLINES[feed.kind], text=source.name)
            outline.set("xmlUrl", feed.url)
            if source.id == source_id(source.home_page):  # else it is known by its feed, and stays so
                outline.set("htmlUrl", source.home_page)
            if source.language:
                outline.set("language", source.language)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True).decode()


def _opml(body: bytes) -> SourceList:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableList(f"is neither OPML nor JSON ({error.msg})") from error
    if root.tag != "opml":
        raise UnreadableList(f"is no OPML: its first element is <{str(root.tag)[:40]}>")
    found: list[Source] = []
    refused: list[str] = []
    for outline in root.iter("outline"):
        given = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        if not (url := given.get("xmlurl")):
            continue
        try:
            found.append(_source(given, url))
        except ValueError as error:
            refused.append(f"line {outline.sourceline}: {_reason(error)}")
    return _together(found, refused)


def _source(given: dict[str, str], feed: str) -> Source:
    normalise_url(feed)
    home = given.get("htmlurl", "")
    said: dict[str, Any] = {"language": given["language"].partition("-")[0].lower()} if given.get("language") else {}
    parts = urlsplit(feed)
    return Source(
        id=source_id(home or feed),
        name=(given.get("title") or given.get("text") or parts.hostname or feed)[:LONGEST_NAME],
        home_page=home or f"{parts.scheme}://{parts.netloc}/",
        feeds=(Feed(url=feed, kind=KINDS.get(given.get("type", ""), "feed")),),
        **said,
    )


def _json(body: bytes) -> SourceList:
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableList(f"is no JSON ({str(error)[:100]})") from error
    if isinstance(entries, dict):
        entries = entries.get("sources")
    if not isinstance(entries, list):
        raise UnreadableList("is no list: a JSON list of sources is expected")
    found: list[Source] = []
    refused: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(_from_json(entry))
        except ValueError as error:
            refused.append(f"entry {number}: {_reason(error)}")
    return _together(found, refused)


def _from_json(entry: Any) -> Source:
    if not isinstance(entry, dict) or not isinstance(entry.get("feeds"), list) or not entry["feeds"]:
        raise ValueError("no object with a list of `feeds`")
    feeds = [_feed(feed) for feed in entry["feeds"]]
    parts = urlsplit(feeds[0]["url"])
    home = str(entry.get("home_page") or f"{parts.scheme}://{parts.netloc}/")
    for url in (home, *(feed["url"] for feed in feeds)):
        normalise_url(url)
    own = [source_id(feed["url"]) for feed in feeds]
    usual = source_id(home) if entry.get("home_page") else own[0]
    identity = entry["id"] if entry.get("id") in own else usual
    name = entry.get("name") or parts.hostname
    said = {key: value for key, value in entry.items() if key != "added_at"}
    return Source.model_validate(said | {"id": identity, "name": name, "home_page": home, "feeds": feeds})


def _feed(entry: Any) -> dict[str, str]:
    given = entry if isinstance(entry, dict) else {"url": entry}
    return {"url": str(given.get("url")), "kind": str(given.get("kind") or "feed")}


def _together(found: Sequence[Source], refused: list[str]) -> SourceList:
    """One entry for each source, with all its feeds."""
    sources: dict[str, Source] = {}
    for source in found:
        sources[source.id] = merged(sources[source.id], source) if source.id in sources else source
    return SourceList(tuple(sources.values()), tuple(refused))


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    return str(error)
