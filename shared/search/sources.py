"""The sources: who publishes where, and the state of polling their feeds and sitemaps."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr, computed_field

from shared import clock
from shared.events import Priority, Rights, Section
from shared.rhythm import Rhythm
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries, Stored
from shared.search.health import Health, Verdict, assess
from shared.search.page_rules import Rules
from shared.search.reads import chunks

CACHED_SECONDS = 60.0
CACHED = 2_000  # sources, some 20 MB
PAGE = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# How long the whole feed may go unread, the server having answered "unchanged" all the while; and how many articles
# expected meanwhile make that unlikely.
WHOLE_AFTER = timedelta(hours=24)
PROOF_AFTER = timedelta(hours=1)
UNLIKELY = 5.0
PUSHED_FLOOR = timedelta(minutes=1)  # between two polls, however often a hub tells of news

FeedKind = Literal["feed", "sitemap", "page"]
Validators = Literal["unproven", "proven", "lie"]


class Feed(BaseModel):
    """A feed, a sitemap, or a front page that is read for want of either, and the state of polling it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    kind: FeedKind = "feed"
    next_poll_at: AwareDatetime | None = None  # None: at once
    lease_until: AwareDatetime | None = None
    lease_owner: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    last_polled_at: AwareDatetime | None = None
    last_result: str | None = None
    last_article_at: AwareDatetime | None = None
    failures: int = 0  # polls in a row that failed
    rhythm: Rhythm = Rhythm()
    validators: Validators = "unproven"  # whether ETag and Last-Modified tell the truth
    listed: str | None = None  # digest of what was listed when the whole feed was last read
    read_at: AwareDatetime | None = None
    hub: str | None = None  # where it is subscribed to (WebSub), under the name `topic`
    topic: str | None = None
    subscribed_at: AwareDatetime | None = None  # when that was last asked for
    subscribed_until: AwareDatetime | None = None  # as the hub has confirmed
    pushed_at: AwareDatetime | None = None

    def conditional(self, now: datetime) -> bool:
        """Whether the next poll may ask for it only if it has changed."""
        if self.validators == "lie" or self.read_at is None:
            return False
        since = self.last_article_at or self.read_at
        if self.validators == "unproven" or self.rhythm.rates().expected(max(since, self.read_at), now) > UNLIKELY:
            return now - self.read_at < PROOF_AFTER
        return now - self.read_at < WHOLE_AFTER

    def due_at(self) -> datetime:
        """When it is to be polled: when it is time, and no lease stands."""
        return max(self.next_poll_at or EPOCH, self.lease_until or EPOCH)


class Source(BaseModel):
    """A publisher. `sections` maps path prefixes to sections; `domains` are further registered domains it publishes under;
    `delay_seconds` between two requests; `poll_seconds` fixes the poll interval that else adapts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    home_page: str
    feeds: tuple[Feed, ...] = ()
    country: str | None = None
    language: str | None = None
    sections: dict[str, Section] = Field(default_factory=dict)
    domains: tuple[str, ...] = ()
    rights: Rights = "snippet"
    priority: Priority = "normal"  # of `low` ones the text waits while translators are far behind
    rules: Rules | None = None
    delay_seconds: float | None = None
    poll_seconds: int | None = None
    active: bool = True
    added_at: AwareDatetime = Field(default_factory=clock.now)
    ends: dict[str, int] = Field(default_factory=dict)  # how its articles ended lately, by `state: reason`

    _stored: Stored["Source"] | None = PrivateAttr(default=None)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def due_at(self) -> datetime | None:
        """When its first feed is due; stored, so that a search finds the source."""
        return min((feed.due_at() for feed in self.feeds), default=None)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def health(self) -> Health:
        return self.verdict().health

    def verdict(self, now: datetime | None = None) -> Verdict:
        """How it is at `now`, and why."""
        return assess(self.feeds, self.ends, now or clock.now())

    def due_feeds(self, now: datetime) -> list[Feed]:
        """The feeds to be polled now."""
        return [feed for feed in self.feeds if feed.due_at() <= now]


@dataclass(frozen=True)
class PollResult:
    """How a poll ended. `result` is a short fixed phrase such as `new`, `unchanged`, `http 404`; `failures` counts polls in
    a row that failed, this one included; `new_items` articles found for the first time; `last_article_at` when the newest
    was published, or found."""

    at: datetime
    result: str
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    new_items: int = 0
    last_article_at: datetime | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    validators: Validators = "unproven"
    listed: str | None = None
    read_at: datetime | None = None


class Sources:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._entries = Entries(client, names.SOURCES, Source)
        self._cache: dict[str, tuple[float, Source]] = {}

    async def add(self, sources: Sequence[Source]) -> tuple[int, int]:
        """Adds each source or merges it into the one with its id. Returns how many were added and merged."""
        wanted: dict[str, Source] = {}
        for source in sources:
            wanted[source.id] = merged(wanted[source.id], source) if source.id in wanted else source
        added = await self._entries.create(wanted)
        for key, source in wanted.items():
            if key not in added:
                await self._entries.change(key, lambda old, new=source: merged(old, new))  # type: ignore[misc]
            self._cache.pop(key, None)
        await self._entries.refresh()
        return len(added), len(sources) - len(added)

    async def get(self, source_id: str, *, fresh: bool = False) -> Source | None:
        """The source, as it was within the last 60 s, or `fresh` as it is; None where there is none."""
        cached = None if fresh else self._cache.get(source_id)
        if cached and time.monotonic() - cached[0] < CACHED_SECONDS:
            return cached[1]
        source = await self._entries.get(source_id)
        self._cache.pop(source_id, None)
        if source:
            self._cache[source_id] = (time.monotonic(), source)
            if len(self._cache) > CACHED:
                del self._cache[next(iter(self._cache))]  # the one read longest ago
        return source

    async def all(self) -> list[Source]:
        """Every source, by id."""
        return [source async for page in self.pages() for source in page]

    async def pages(self) -> AsyncIterator[list[Source]]:
        """Every source, by id, some at a time: with very many, all at once would take gigabytes."""
        await self._entries.refresh()
        after: list[Any] = []
        while True:
            body: dict[str, Any] = {"size": PAGE, "sort": ["id"], "query": {"match_all": {}}}
            hits = await self._search(body | ({"search_after": after} if after else {}))
            yield [self._entries.stored(hit).entry for hit in hits]
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]

    async def healths(self) -> dict[str, int]:
        """How many sources are in each health that any is in, each as it was when it was last polled or noted."""
        await self._entries.refresh()
        async with guarded():
            body = {"size": 0, "aggs": {"healths": {"terms": {"field": "health"}}}}
            answer = await self._client.search(index=names.SOURCES, body=body)
        return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["healths"]["buckets"]}

    async def due(self, now: datetime, limit: int) -> list[Source]:
        """Active sources with a feed to be polled, the longest due first. It searches, so it may name some that were
        claimed meanwhile; `claim` tells."""
        due = [{"term": {"active": True}}, {"range": {"due_at": {"lte": clock.iso(now)}}}]
        hits = await self._search({"size": limit, "sort": ["due_at"], "query": {"bool": {"filter": due}}})
        return [_remembering(self._entries.stored(hit)) for hit in hits]

    async def claim(
        self, sources: Sequence[Source], owner: str, until: datetime, now: datetime | None = None
    ) -> list[Source]:
        """Leases the feeds of `sources` (as `due` gave them) that are due at `now` to `owner` until `until`.

        Returns those that did not change since; of the others another has it. The feeds to poll are `due_feeds(now)`.
        """
        moment = now or clock.now()
        leased: dict[str, tuple[Stored[Source], Source]] = {}
        for source in sources:
            feeds = tuple(
                feed.model_copy(update={"lease_until": until, "lease_owner": owner}) if feed.due_at() <= moment else feed
                for feed in source.feeds
            )
            if source._stored:
                leased[source.id] = (source._stored, source.model_copy(update={"feeds": feeds}))
        done = await self._entries.replace(leased)
        return [source for source in sources if source.id in done]

    async def polled(self, source_id: str, feed_url: str, poll: PollResult) -> None:
        """Notes how the poll of a feed ended, and ends its lease. A source or feed that is gone is left so."""
        await self._change_feed(source_id, feed_url, lambda feed: _polled(feed, poll))

    async def subscribing(self, source_id: str, feed_url: str, hub: str, topic: str, at: datetime) -> None:
        """Notes that `hub` is being asked to tell of news in a feed."""

        def note(feed: Feed) -> Feed:
            until = feed.subscribed_until if (feed.hub, feed.topic) == (hub, topic) else None
            return feed.model_copy(update={"hub": hub, "topic": topic, "subscribed_at": at, "subscribed_until": until})

        await self._change_feed(source_id, feed_url, note)

    async def subscribed(self, source_id: str, feed_url: str, until: datetime) -> None:
        """Notes that the hub has confirmed a subscription."""
        await self._change_feed(source_id, feed_url, lambda feed: feed.model_copy(update={"subscribed_until": until}))

    async def pushed(self, source_id: str, feed_url: str, at: datetime) -> None:
        """Makes a feed due that the hub says has news, though not within a minute of its last poll."""

        def note(feed: Feed) -> Feed:
            soon = max(at, feed.last_polled_at + PUSHED_FLOOR) if feed.last_polled_at else at
            due = min(feed.next_poll_at, soon) if feed.next_poll_at else None
            return feed.model_copy(update={"pushed_at": at, "next_poll_at": due})

        await self._change_feed(source_id, feed_url, note)

    async def _change_feed(self, source_id: str, feed_url: str, rule: Callable[[Feed], Feed]) -> None:
        def note(source: Source) -> Source:
            return source.model_copy(
                update={"feeds": tuple(rule(feed) if feed.url == feed_url else feed for feed in source.feeds)}
            )

        await self._entries.change(source_id, note)
        self._cache.pop(source_id, None)  # the next poll goes on from here

    async def pause(self, ids: Sequence[str]) -> None:
        """Polls none of these sources any more."""
        for key in ids:
            await self._entries.change(key, lambda old: old.model_copy(update={"active": False}) if old.active else None)
            self._cache.pop(key, None)

    async def note_ends(self, sources: Sequence[Source], ends: Mapping[str, Mapping[str, int]]) -> list[Source]:
        """Notes how articles of `sources` ended lately, by source id. Returns them as they are then."""
        told = [source.model_copy(update={"ends": dict(ends.get(source.id, {}))}) for source in sources]
        news = {new.id: new.ends for old, new in zip(sources, told, strict=True) if old.ends != new.ends}
        stored = await self._entries.read(news)
        # Who was faster was a poll: it is noted the next time.
        await self._entries.replace(
            {key: (old, old.entry.model_copy(update={"ends": news[key]})) for key, old in stored.items()}
        )
        return told

    async def poll_now(self) -> int:
        """Makes every feed of all sources due. Returns how many sources there were."""
        ids = [source.id async for page in self.pages() for source in page]
        now = clock.now()

        def due(source: Source) -> Source:
            feeds = tuple(feed.model_copy(update={"next_poll_at": now}) for feed in source.feeds)
            return source.model_copy(update={"feeds": feeds})

        touched = 0
        for chunk in chunks(ids):
            stored = await self._entries.read(chunk)
            done = await self._entries.replace({key: (old, due(old.entry)) for key, old in stored.items()})
            for key in stored.keys() - done:
                await self._entries.change(key, due)
            touched += len(stored)
        await self._entries.refresh()
        return touched

    async def _search(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        async with guarded():
            answer = await self._client.search(index=names.SOURCES, body=body | {"seq_no_primary_term": True})
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits


def merged(old: Source, new: Source) -> Source:
    """`old` with the feeds of both, and with what `new` says on purpose; what is known of polling stays."""
    known = {feed.url for feed in old.feeds}
    said = new.model_fields_set - {"id", "feeds", "added_at", "ends"}
    feeds = (*old.feeds, *(feed for feed in new.feeds if feed.url not in known))
    return old.model_copy(update={name: getattr(new, name) for name in said} | {"feeds": feeds})


def _polled(feed: Feed, poll: PollResult) -> Feed:
    return feed.model_copy(
        update={
            "next_poll_at": poll.next_poll_at,
            "lease_until": None,
            "lease_owner": None,
            "etag": poll.etag,
            "last_modified": poll.last_modified,
            "last_polled_at": poll.at,
            "last_result": poll.result,
            "last_article_at": poll.last_article_at or (poll.at if poll.new_items else feed.last_article_at),
            "failures": poll.failures,
            "rhythm": poll.rhythm,
            "validators": poll.validators,
            "listed": poll.listed,
            "read_at": poll.read_at,
        }
    )


def _remembering(stored: Stored[Source]) -> Source:
    stored.entry._stored = stored
    return stored.entry
