"""What is due now: each source's feeds, leased to one scheduler at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import clock, ids
from shared.events import Event, FetchRequest
from shared.search.sources import Feed, Source, Sources
from shared.telemetry import metrics

# Longer than a poll takes; a fetcher that dies over one delays the source by no more than this.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Deps:
    """What the stage works with. `owner` names this scheduler, `most` is how many sources it takes at a time."""

    sources: Sources
    owner: str
    most: int


async def tick(now: datetime, deps: Deps) -> list[tuple[str, Event]]:
    """Requests for the feeds that are due, each with its cause, from which its id follows: one id per lease.

    A source that another scheduler has claimed meanwhile is passed over. Raises Unavailable.
    """
    due = await deps.sources.due(now, deps.most)
    metrics.POLLS_DUE.set(len(due))
    until = now + LEASE
    claimed = await deps.sources.claim([source for source in due if source.due_feeds(now)], deps.owner, until, now)
    return [
        (f"poll:{source.id}:{feed.url}:{clock.iso(until)}", _request(source, feed, now))
        for source in claimed
        for feed in source.due_feeds(now)
    ]


def _request(source: Source, feed: Feed, now: datetime) -> FetchRequest:
    conditional = feed.conditional(now)
    return FetchRequest(
        url_id=ids.url_id(feed.url),
        url=feed.url,
        source_id=source.id,
        kind=feed.kind,
        reason="poll",
        discovered_at=now,
        etag=feed.etag if conditional else None,
        last_modified=feed.last_modified if conditional else None,
    )
