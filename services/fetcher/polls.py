"""A poll: fetch the listing, note the result with its source, and ask for what is new or has changed.

A crash loses nothing: the URLs found are entered into the ledger under this message's id, and when the message comes again,
those that are still queued under it are asked for again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.fetcher import answers, discovery
from services.fetcher.discovery import Link
from services.fetcher.feeds import NotAListing
from services.fetcher.hints import of_headers
from services.fetcher.listings import Listing
from services.fetcher.polling import FLOOR, next_poll
from services.fetcher.requests import conditions, moved, outcome
from services.fetcher.subscriptions import Hub, Subscriber, hub_of, rest
from services.fetcher.validators import digest, judged
from services.fetcher.visit import Visitor
from shared import ids
from shared.errors import Ended, State, Transient, Wait
from shared.events import Event, FetchReason, FetchRequest
from shared.http.client import Answer
from shared.item import Item
from shared.search.ledger import Discovery, Ledger, UrlEntry
from shared.search.ledger_rules import is_newer
from shared.search.sources import Feed, PollResult, Source, Sources
from shared.telemetry import metrics

# A publisher's change to any of these is worth another look.
MAY_CHANGE = frozenset(
    {State.INDEXED, State.DUPLICATE, State.NOT_ARTICLE, State.GONE, State.BLOCKED, State.TOO_LARGE, State.FAILED}
)
BUSY_AGAIN = timedelta(seconds=30)  # when a poll's turn did not come

Read = Callable[[bytes, str, str, bool], Awaitable[Listing]]

log = structlog.get_logger(stage="fetcher")


@dataclass(frozen=True)
class Poller:
    """`read` parses a listing (body, url, content type, whether it is a front page) or raises NotAListing; `delay` is the
    usual one between requests; without a `subscriber` no hub is asked for anything."""

    visitor: Visitor
    ledger: Ledger
    sources: Sources
    read: Read
    clock: Callable[[], datetime]
    max_age: timedelta | None
    delay: timedelta
    subscriber: Subscriber | None = None

    async def poll(self, item: Item[FetchRequest], source: Source) -> list[Event]:
        """Requests for the articles that are new or changed, outcomes for those too old, requests for an index's sitemaps.

        Whatever goes wrong at the publisher's end is noted as the poll's result. Raises Unavailable only.
        """
        request = item.event
        feed = next((one for one in source.feeds if ids.url_id(one.url) == request.url_id), None)
        try:
            visit = await self.visitor.visit(
                request.url, item.deadline, delay=source.delay_seconds, headers=conditions(request), hops=request.hops
            )
            if visit.moved:
                return [moved(request, visit.moved)]
            listing = await self._listing(request, visit.answer)
        except (Ended, Transient, NotAListing) as error:
            await self._note_failure(request, source, feed, error)
            return []
        own = _own_domains(source, request.url, visit.answer.url)
        found = discovery.own_links(listing, own)
        for reason, number in found.dropped.items():
            metrics.LINKS_DROPPED.labels(reason).inc(number)
        events = await self._asked(item, source, found.links)
        if feed:
            events += self._sub_sitemaps(request, feed, listing, own)
        await self._note(request, source, feed, visit.answer, listing, events)
        if feed and self.subscriber and (hub := _hub(feed, visit.answer, listing)):
            await self.subscriber.renew(source.id, feed, hub)
        return events

    async def _listing(self, request: FetchRequest, answer: Answer) -> Listing:
        if answer.status == 304 and conditions(request):
            return Listing()
        if problem := answers.problem(answer.status, self.visitor.retry_after(answer)):
            raise problem
        return await self.read(answer.body, answer.url, answer.content_type, request.kind == "page")

    async def _asked(self, item: Item[FetchRequest], source: Source, links: tuple[Link, ...]) -> list[Event]:
        """Enters `links` into the ledger, and answers with what is to be fetched, or is too old to be."""
        now = self.clock()
        stamps = discovery.versions(links, now)
        pause = self.delay if source.delay_seconds is None else timedelta(seconds=source.delay_seconds)
        entered = await self.ledger.discover(
            [
                Discovery(
                    url_id=link.url_id,
                    url=link.item.url,
                    source_id=source.id,
                    discovered_at=now,
                    discovered_by=item.ce_id,
                    version=stamps.get(link.url_id),
                    not_before=now + position * pause,
                    title=link.item.title,
                    published_at=link.item.published,
                )
                for position, link in enumerate(links)
            ]
        )
        events: list[Event] = []
        for link, found in zip(links, entered, strict=True):
            if found.fresh:
                request = _request(link, found.entry, source, "discovered")
                old = discovery.too_old(link.item.published, now, self.max_age)
                events.append(outcome(request, State.TOO_OLD, "dated by its feed", now) if old else request)
                metrics.DISCOVERED.inc()
            elif _changed(found.entry, stamps.get(link.url_id), item.ce_id):
                entry = await self.ledger.refetch(link.url_id, stamps[link.url_id], item.ce_id)
                events += [_request(link, entry, source, "refetch")] if entry else []
        return events

    def _sub_sitemaps(self, request: FetchRequest, feed: Feed, listing: Listing, own: frozenset[str]) -> list[Event]:
        now = self.clock()
        since = now - self.max_age if self.max_age else None
        turn = int(now.timestamp() // FLOOR.total_seconds())
        return [
            request.model_copy(
                update={
                    "kind": "sitemap",
                    "url_id": ids.url_id(sub.url),
                    "url": sub.url,
                    "etag": None,
                    "last_modified": None,
                }
            )
            for sub in discovery.sub_sitemaps(listing, own, since, feed.read_at, turn)
        ]

    async def _note(
        self,
        request: FetchRequest,
        source: Source,
        feed: Feed | None,
        answer: Answer,
        listing: Listing,
        events: Sequence[Event],
    ) -> None:
        unchanged = answer.status == 304
        fresh = [event for event in events if isinstance(event, FetchRequest) and event.reason == "discovered"]
        nothing = "nothing new" if listing.items or listing.sitemaps else "no link" if listing.linkless else "empty"
        result = "unchanged" if unchanged else "new" if fresh else nothing
        metrics.POLLS.labels(result).inc()
        if feed is None:
            return
        now, headers = self.clock(), answer.headers
        etag = headers.get("etag", request.etag if unchanged else None)
        last_modified = headers.get("last-modified", request.last_modified if unchanged else None)
        listed = feed.listed if unchanged else digest(listing)
        last_article_at = discovery.newest(listing.items, now) or (now if fresh else feed.last_article_at)
        rhythm = feed.rhythm.after(_moments(feed, listing, fresh, now), now)
        poll = PollResult(
            at=now,
            result=result,
            next_poll_at=next_poll(
                now,
                fixed=_fixed(source),
                rhythm=rhythm,
                last_article_at=last_article_at,
                shows=len(listing.items) or None,
                hint=max(listing.hint, of_headers(headers, now), rest(feed, bool(fresh), now)),
            ),
            etag=etag,
            last_modified=last_modified,
            new_items=len(fresh),
            last_article_at=last_article_at,
            rhythm=rhythm,
            validators=feed.validators if unchanged else judged(feed, listed or "", etag, last_modified),
            listed=listed,
            read_at=feed.read_at if unchanged else now,
        )
        await self.sources.polled(source.id, feed.url, poll)

    async def _note_failure(
        self, request: FetchRequest, source: Source, feed: Feed | None, error: Ended | Transient | NotAListing
    ) -> None:
        metrics.POLLS.labels(_failure_class(error)).inc()
        if feed is None:
            return
        now = self.clock()
        after = error.after if isinstance(error, Transient) else None
        if isinstance(error, Wait):  # nobody's fault
            failures, again = feed.failures, now + (after or BUSY_AGAIN)
        else:
            failures = feed.failures + 1
            again = next_poll(
                now,
                fixed=_fixed(source),
                rhythm=feed.rhythm,
                last_article_at=feed.last_article_at,
                failures=failures,
                after=after,
            )
        poll = PollResult(
            at=now,
            result=f"not a feed: {error}" if isinstance(error, NotAListing) else error.reason,
            next_poll_at=again,
            etag=request.etag or feed.etag,
            last_modified=request.last_modified or feed.last_modified,
            failures=failures,
            rhythm=feed.rhythm,
            validators=feed.validators,
            listed=feed.listed,
            read_at=feed.read_at,
        )
        await self.sources.polled(source.id, feed.url, poll)
        log.info("poll failed", source_id=source.id, reason=poll.result)


def _failure_class(error: Ended | Transient | NotAListing) -> str:
    match error:
        case NotAListing():
            return "not a feed"
        case Wait():
            return "busy"
        case Ended():
            return str(error.state)
    return "no answer"


def _own_domains(source: Source, *urls: str) -> frozenset[str]:
    """Where the source may publish: under its home page's domain, those it names, and its feed's own."""
    return frozenset({*map(ids.registered_domain, (source.home_page, *urls)), *source.domains})


def _moments(feed: Feed, listing: Listing, fresh: Sequence[FetchRequest], now: datetime) -> list[datetime]:
    """When the new articles were published: as dated, else half-way since the last poll.

    A feed's first poll testifies to its rhythm by the dates of all it lists.
    """
    if feed.rhythm.at is None:
        return [moment for item in listing.items if (moment := discovery.dated(item)) and moment <= now]
    midway = now - (now - feed.rhythm.at) / 2
    return [request.published_at if request.published_at and request.published_at <= now else midway for request in fresh]


def _hub(feed: Feed, answer: Answer, listing: Listing) -> Hub | None:
    """As said now; when the feed is unchanged, as it said before."""
    if answer.status == 304:
        return Hub(feed.hub, feed.topic) if feed.hub and feed.topic else None
    return hub_of(answer, listing)


def _fixed(source: Source) -> timedelta | None:
    return timedelta(seconds=source.poll_seconds) if source.poll_seconds else None


def _request(link: Link, entry: UrlEntry, source: Source, reason: FetchReason) -> FetchRequest:
    return FetchRequest(
        url_id=link.url_id,
        url=link.item.url,
        source_id=source.id,
        attempt=entry.attempt,
        kind="article",
        reason=reason,
        discovered_at=entry.discovered_at,
        title=link.item.title,
        published_at=link.item.published,
        language=link.item.language,
    )


def _changed(entry: UrlEntry, stamp: str | None, ce_id: str) -> bool:
    """Whether the listing shows a newer version than was asked for, or one that this very message asked for."""
    if stamp is None or entry.state not in MAY_CHANGE:
        return False
    return is_newer(stamp, entry) or (entry.version == stamp and entry.refetched_by == ce_id)
