"""ETag and Last-Modified, which some servers leave as they are while the feed changes.

So they are put to the proof: until they have changed together with the feed, and once a day thereafter, the whole feed is
asked for; who was caught lying is asked no other way.
"""

from hashlib import sha256

from services.fetcher.listings import Listing
from shared.search.sources import Feed, Validators


def digest(listing: Listing) -> str:
    """Of what is listed, not of the bytes, for many feeds carry the time at which they were made."""
    shown = [f"{item.url} {item.title} {item.updated}" for item in listing.items] + [sub.url for sub in listing.sitemaps]
    return sha256("\n".join(shown).encode(errors="replace")).hexdigest()[:16]


def judged(feed: Feed, listed: str, etag: str | None, last_modified: str | None) -> Validators:
    """What to think of them after a whole answer that lists `listed` under these validators."""
    if feed.listed is None or feed.listed == listed or not (etag or last_modified):
        return feed.validators
    if (etag, last_modified) == (feed.etag, feed.last_modified):
        return "lie"
    return "unproven" if feed.validators == "lie" else "proven"
