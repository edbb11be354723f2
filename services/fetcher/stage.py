"""Fetches what is asked for: an article becomes a page, a feed or sitemap becomes further requests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from services.fetcher import answers
from services.fetcher.discovery import too_old
from services.fetcher.polls import Poller
from services.fetcher.requests import conditions, moved, outcome
from services.fetcher.retry_after import retry_after
from services.fetcher.visit import Visit, Visitor
from shared.errors import Ended, State
from shared.events import Event, FetchRequest, Outcome, Page
from shared.item import Item
from shared.search.ledger import Ledger, UrlEntry
from shared.search.sources import Sources
from shared.search.takedowns import nothing_barred

# Requests for a URL's first fetch only; one that has ended needs no other. What failed may be tried again.
FIRST_FETCH = frozenset({"discovered", "sweep", "redirect"})
OPEN_STATES = frozenset({State.QUEUED, State.FAILED})


@dataclass(frozen=True)
class Deps:
    """What the stage works with. `max_age` None: articles of any age are fetched. `barred`: whether a URL's domain was taken
    down."""

    visitor: Visitor
    poller: Poller
    ledger: Ledger
    sources: Sources
    clock: Callable[[], datetime]
    max_age: timedelta | None
    barred: Callable[[str], Awaitable[bool]] = nothing_barred


async def process(item: Item[FetchRequest], deps: Deps) -> list[Event]:
    """Of an article its `Page`, a request for where it has moved, or the outcome `indexed` (unchanged); of a poll requests
    for what is new or changed, its result being written to the source.

    Raises Ended, Transient and Wait for an article only; Unavailable while the ledger is away or no contact is set.
    """
    request = item.event
    source = await deps.sources.get(request.source_id)
    if request.kind != "article":
        if await deps.barred(request.url):
            return []
        return await deps.poller.poll(item, source) if source and source.active else []
    if await deps.barred(request.url):
        raise Ended(State.TAKEN_DOWN, "domain")
    if _superseded(request, await deps.ledger.url(request.url_id)):
        return []
    if request.reason == "discovered" and too_old(request.published_at, deps.clock(), deps.max_age):
        raise Ended(State.TOO_OLD, "dated by its feed")
    visit = await deps.visitor.visit(
        request.url,
        item.deadline,
        delay=source.delay_seconds if source else None,
        headers=conditions(request),
        wanted=_wanted,
        hops=request.hops,
        to_mine=True,
    )
    return [moved(request, visit.moved) if visit.moved else _result(request, visit, deps.clock())]


def _superseded(request: FetchRequest, entry: UrlEntry | None) -> bool:
    """Whether a later attempt is under way, or the URL has ended already (a replay, a redelivery) or was taken down."""
    if entry is None:
        return False
    if entry.state is State.TAKEN_DOWN:
        return True
    return entry.attempt > request.attempt or (request.reason in FIRST_FETCH and entry.state not in OPEN_STATES)


def _wanted(status: int, headers: httpx.Headers) -> bool:
    return 200 <= status < 300 and answers.may_be_html(headers.get("content-type", ""))


def _result(request: FetchRequest, visit: Visit, now: datetime) -> Page | Outcome:
    answer = visit.answer
    if answer.status == 304 and conditions(request):
        return outcome(request, State.INDEXED, "unchanged", now)
    if problem := answers.problem(answer.status, retry_after(answer.headers.get("retry-after"), now)):
        raise problem
    if not answers.is_html(answer.content_type, answer.body):
        raise Ended(State.NOT_ARTICLE, "content type")
    return Page(
        url_id=request.url_id,
        url=request.url,
        source_id=request.source_id,
        attempt=request.attempt,
        final_url=answer.url,
        status=answer.status,
        content_type=answer.content_type,
        x_robots_tag=answer.headers.get("x-robots-tag", ""),
        tdm_reservation=answer.headers.get("tdm-reservation", ""),
        reservations=visit.reserved,
        reason=request.reason,
        discovered_at=request.discovered_at,
        fetched_at=now,
        feed_title=request.title,
        feed_published_at=request.published_at,
        feed_language=request.language,
        body=answer.body,
    )
