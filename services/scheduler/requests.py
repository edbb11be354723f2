"""The request for a page that the ledger knows already."""

from typing import Literal

from shared.events import FetchRequest
from shared.search.ledger import UrlEntry


def request_again(entry: UrlEntry, reason: Literal["sweep", "refetch"], *, bulk: bool = False) -> FetchRequest:
    """With what the feed said of it, and the attempt as `entry` has it. `bulk`: it yields to all news."""
    return FetchRequest(
        url_id=entry.url_id,
        url=entry.url,
        source_id=entry.source_id,
        attempt=entry.attempt,
        kind="article",
        reason=reason,
        bulk=bulk,
        discovered_at=entry.discovered_at,
        title=entry.title,
        published_at=entry.published_at,
    )
