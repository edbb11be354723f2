"""What of a listing is taken: addresses of the source's own, each once, a bounded number."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.fetcher.feeds import FeedItem
from services.fetcher.listings import Listing
from services.fetcher.sitemaps import SubSitemap
from shared import ids
from shared.clock import iso

MAX_ITEMS = 2_000  # of one poll; Media Cloud's number too
MAX_SUB_SITEMAPS = 10
UNDATED_AT_ONCE = 2
MAX_URL = 2_048
TOLERATED_FUTURE = timedelta(hours=1)  # clocks differ
_UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """An item that is taken, with its identity."""

    url_id: str
    item: FeedItem


REASONS = ("no link", "malformed", "foreign", "too many")


@dataclass(frozen=True)
class Links:
    """`dropped`: how many were not taken, by one of REASONS."""

    links: tuple[Link, ...] = ()
    dropped: Counter[str] = field(default_factory=Counter)


def own_links(listing: Listing, own_domains: frozenset[str], most: int = MAX_ITEMS) -> Links:
    """The links of `listing` within `own_domains` (registered domains); when there are too many, the newest."""
    dropped: Counter[str] = Counter()
    if listing.linkless:
        dropped["no link"] = listing.linkless
    found: dict[str, Link] = {}
    for item in listing.items:
        try:
            if len(item.url) > MAX_URL:
                raise ValueError("too long")
            url_id = ids.url_id(item.url)
            foreign = ids.registered_domain(item.url) not in own_domains
        except ValueError:
            dropped["malformed"] += 1
            continue
        if foreign:
            dropped["foreign"] += 1
        else:
            found.setdefault(url_id, Link(url_id, item))
    links = list(found.values())
    if len(links) > most:
        dropped["too many"] = len(links) - most
        links = sorted(links, key=lambda link: dated(link.item) or _UNDATED, reverse=True)[:most]
    return Links(tuple(links), dropped)


def sub_sitemaps(
    listing: Listing, own_domains: frozenset[str], since: datetime | None, read_at: datetime | None = None, turn: int = 0
) -> list[SubSitemap]:
    """The sitemaps of an index that are worth reading now: of its own, none older than `since`.

    At the first poll the ten newest; later, `read_at`, those changed since, and of the undated ones two at each `turn`, so
    that all have theirs in time.
    """
    own = [
        sub
        for sub in listing.sitemaps
        if ids.registered_domain(sub.url) in own_domains and not (since and sub.updated and sub.updated < since)
    ]
    if read_at is not None:
        undated = [sub for sub in own if sub.updated is None]
        first = turn * UNDATED_AT_ONCE
        turns = [undated[(first + n) % len(undated)] for n in range(min(UNDATED_AT_ONCE, len(undated)))]
        own = [sub for sub in own if sub.updated and sub.updated > read_at - TOLERATED_FUTURE] + turns
    return sorted(own, key=lambda sub: sub.updated or _UNDATED, reverse=True)[:MAX_SUB_SITEMAPS]


def dated(item: FeedItem) -> datetime | None:
    """The newest date an item has."""
    return max((moment for moment in (item.published, item.updated) if moment), default=None)


def newest(items: Iterable[FeedItem], now: datetime) -> datetime | None:
    """The date of the newest item; dates in the future are not believed."""
    return max((moment for item in items if (moment := dated(item)) and moment <= now + TOLERATED_FUTURE), default=None)


def too_old(published: datetime | None, now: datetime, max_age: timedelta | None) -> bool:
    """Whether an article of that date is not worth fetching any more; `max_age` None: no limit."""
    return published is not None and max_age is not None and now - published > max_age


def versions(links: Iterable[Link], now: datetime) -> dict[str, str]:
    """The stamp of each link's latest change, by URL id, where there is one to believe.

    A listing that gives all its items one stamp tells when it was generated, not what has changed.
    """
    stamps = {
        link.url_id: iso(link.item.updated)
        for link in links
        if link.item.updated and link.item.updated <= now + TOLERATED_FUTURE
    }
    generated = len(stamps) > 2 and len(set(stamps.values())) == 1
    return {} if generated else stamps
