"""Feeds: RSS 0.9x to 2.0, Atom and RDF by feedparser, JSON Feed by its own rules (https://jsonfeed.org/version/1.1)."""

import io
import json
import re
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from services.fetcher.hints import of_channel
from services.fetcher.references import mended

MAX_TITLE = 500
_TAG = re.compile(r"<[^<>]{0,1000}>")
_HTML = re.compile(rb"<!doctype\s+html|<html", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][\w-]{0,40})?$", re.IGNORECASE | re.ASCII)
_SPACE = re.compile(r"\s+")


class NotAListing(Exception):
    """The body is neither feed nor sitemap; the message says what it seems to be."""


@dataclass(frozen=True)
class FeedItem:
    """One link as a feed or sitemap gives it. `updated` is when its publisher last changed it."""

    url: str
    title: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None


@dataclass(frozen=True)
class Feed:
    """A feed's items that have a link, in its order, and how many have none; `hint`: for how long it is said to stand; `hub`
    and `topic`: where it can be subscribed to (WebSub), and under which name."""

    items: tuple[FeedItem, ...]
    linkless: int = 0
    hint: timedelta = timedelta(0)
    hub: str | None = None
    topic: str | None = None


def parse_feed(body: bytes, url: str, content_type: str = "") -> Feed:
    """What the feed found at `url` lists. Raises NotAListing."""
    head = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"{", b"[")):
        return _json_feed(body, url)
    try:
        parsed = feedparser.parse(
            io.BytesIO(mended(body)),  # never bytes: feedparser would try them as a file's name
            response_headers={"content-type": content_type or "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, OverflowError, LookupError, TypeError, AttributeError) as error:
        # A reference to no character that an encoding hid; an end whose beginning its handlers never saw.
        raise NotAListing("broken xml") from error
    if not parsed.entries and not parsed.get("version"):
        raise NotAListing("html" if _HTML.search(body[:4096]) else "not a feed")
    spoken = plain_language(parsed.feed.get("language"))
    links = {link.get("rel"): absolute(link.get("href"), url) for link in reversed(parsed.feed.get("links", ()))}
    found = [_item(entry, url, spoken) for entry in parsed.entries]
    return _feed(found, of_channel(parsed.feed), links.get("hub"), links.get("self"))


def _feed(
    found: list[FeedItem | None], hint: timedelta = timedelta(0), hub: str | None = None, topic: str | None = None
) -> Feed:
    items = tuple(item for item in found if item is not None)
    return Feed(items, len(found) - len(items), hint, hub, topic)


def _item(entry: Any, base: str, spoken: str | None) -> FeedItem | None:
    url = next((url for candidate in _candidates(entry) if (url := absolute(candidate, base))), None)
    if url is None:
        return None
    # feedparser's own `get` answers one date for the other.
    return FeedItem(
        url=url,
        title=plain(entry.get("title")),
        published=_moment(dict.get(entry, "published_parsed")),
        updated=_moment(dict.get(entry, "updated_parsed")),
        language=plain_language(entry.get("dc_language")) or spoken,
    )


def _candidates(entry: Any) -> Iterator[Any]:
    """Where an entry may lead, best first: its own link, a link of any other kind, an id that is an address."""
    yield entry.get("feedburner_origlink")
    yield entry.get("link")
    for candidate in (*(link.get("href") for link in entry.get("links", ())), entry.get("id")):
        if str(candidate).strip().lower().startswith(("http://", "https://")):
            yield candidate


def _json_feed(body: bytes, base: str) -> Feed:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAListing("broken json") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAListing("json, but no feed")
    spoken = plain_language(feed.get("language"))
    hubs = feed["hubs"] if isinstance(feed.get("hubs"), list) else []
    hub = next((one.get("url") for one in hubs if isinstance(one, dict) and str(one.get("type")).lower() == "websub"), None)
    found = [_json_item(entry, base, spoken) for entry in feed["items"] if isinstance(entry, dict)]
    return _feed(found, hub=absolute(hub, base), topic=absolute(feed.get("feed_url"), base))


def _json_item(entry: dict[str, Any], base: str, spoken: str | None) -> FeedItem | None:
    url = absolute(entry.get("url") or entry.get("external_url") or entry.get("id"), base)
    if url is None:
        return None
    return FeedItem(
        url=url,
        title=plain(entry.get("title")),
        published=iso_moment(entry.get("date_published")),
        updated=iso_moment(entry.get("date_modified")),
        language=plain_language(entry.get("language")) or spoken,
    )


def absolute(link: Any, base: str) -> str | None:
    """`link` as an absolute http(s) URL; None when it is no such thing."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None


def plain(title: Any) -> str | None:
    """A title without markup, at most 500 characters."""
    if not isinstance(title, str):
        return None
    text = _SPACE.sub(" ", unescape(_TAG.sub("", title[: 4 * MAX_TITLE]))).strip()
    return text[:MAX_TITLE] or None


def plain_language(tag: Any) -> str | None:
    """The language of a tag such as `pt-BR` (BCP 47), in lower case; None for what is none."""
    found = _LANGUAGE.match(tag.strip()) if isinstance(tag, str) else None
    return found[1].lower() if found else None


def iso_moment(text: Any) -> datetime | None:
    """An ISO 8601 date or time; one without a zone is taken for UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
