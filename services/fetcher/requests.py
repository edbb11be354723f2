"""The requests and outcomes that fetching leads to."""

from datetime import datetime

from shared.errors import State
from shared.events import FetchRequest, Outcome


def conditions(request: FetchRequest) -> dict[str, str]:
    """The headers of a conditional GET (RFC 9110 §13.1), where the request has validators."""
    found = {"if-none-match": request.etag, "if-modified-since": request.last_modified}
    return {name: value for name, value in found.items() if value and value.isascii() and value.isprintable()}


def moved(request: FetchRequest, target: str) -> FetchRequest:
    """The same URL's way goes on at `target`, on another domain and so with another fetcher.

    A re-fetch stays one, for it is treated otherwise than a first fetch.
    """
    reason = request.reason if request.kind != "article" or request.reason == "refetch" else "redirect"
    return request.model_copy(update={"url": target, "hops": request.hops + 1, "reason": reason})


def outcome(request: FetchRequest, state: State, reason: str, now: datetime) -> Outcome:
    """How `request` ended."""
    return Outcome(
        url_id=request.url_id,
        url=request.url,
        source_id=request.source_id,
        attempt=request.attempt,
        state=state,
        reason=reason,
        stage="fetcher",
        at=now,
        discovered_at=request.discovered_at,
    )
