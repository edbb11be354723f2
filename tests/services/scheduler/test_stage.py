"""Each feed that is due is asked for once, however many schedulers there are."""

from datetime import UTC, datetime, timedelta

from services.scheduler.stage import LEASE, Deps, tick
from shared import ids
from shared.events import FetchRequest
from shared.search.sources import Feed, Source

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class SharedSources:
    """Sources that several schedulers see; a claim is granted to the first who asks with what is true."""

    def __init__(self, *sources: Source) -> None:
        self.sources = {source.id: source for source in sources}

    async def due(self, now: datetime, limit: int) -> list[Source]:
        return [source for source in self.sources.values() if source.due_feeds(now)][:limit]

    async def claim(self, sources: list[Source], owner: str, until: datetime, now: datetime) -> list[Source]:
        return [source for source in sources if self._claim(source, owner, until, now)]

    def _claim(self, source: Source, owner: str, until: datetime, now: datetime) -> bool:
        if self.sources[source.id] is not source:
            return False
        feeds = tuple(
            feed.model_copy(update={"lease_until": until, "lease_owner": owner}) if feed in source.due_feeds(now) else feed
            for feed in source.feeds
        )
        self.sources[source.id] = source.model_copy(update={"feeds": feeds})
        return True


def source(name: str, *feeds: Feed) -> Source:
    home = f"https://{name}.test/"
    return Source(id=name, name=name, home_page=home, feeds=feeds or (Feed(url=home + "feed.xml"),))


def deps(sources: SharedSources, owner: str = "one", most: int = 100) -> Deps:
    return Deps(sources, owner, most)  # type: ignore[arg-type]


async def test_a_due_feed_is_asked_for_with_what_its_server_said_last() -> None:
    feed = Feed(url="https://a.test/map.xml", kind="sitemap", etag='"x"', last_modified="Mon, 02 Mar 2026 11:00:00 GMT",
                read_at=NOON, validators="proven")  # fmt: skip
    [(cause, request)] = await tick(NOON, deps(SharedSources(source("a", feed))))
    assert isinstance(request, FetchRequest)
    assert (request.kind, request.reason, request.url) == ("sitemap", "poll", feed.url)
    assert (request.url_id, request.source_id) == (ids.url_id(feed.url), "a")
    assert (request.etag, request.last_modified) == (feed.etag, feed.last_modified)
    assert "a.test/map.xml" in cause


async def test_a_feed_whose_server_lies_or_is_unproven_is_asked_for_whole() -> None:
    liar = Feed(url="https://a.test/feed", etag='"x"', read_at=NOON, validators="lie")
    fresh = Feed(url="https://b.test/feed", etag='"x"', read_at=NOON - timedelta(hours=2))
    found = await tick(NOON, deps(SharedSources(source("a", liar), source("b", fresh))))
    assert [request.etag for _, request in found if isinstance(request, FetchRequest)] == [None, None]


async def test_only_the_feeds_of_a_source_that_are_due_are_asked_for() -> None:
    later = Feed(url="https://a.test/later.xml", next_poll_at=NOON + timedelta(minutes=1))
    found = await tick(NOON, deps(SharedSources(source("a", Feed(url="https://a.test/now.xml"), later))))
    assert [event.url for _, event in found] == ["https://a.test/now.xml"]


async def test_while_a_lease_stands_nobody_asks_again_and_after_it_anybody_does() -> None:
    sources = SharedSources(source("a"))
    first = await tick(NOON, deps(sources))
    assert await tick(NOON + LEASE - timedelta(seconds=1), deps(sources, "two")) == []
    again = await tick(NOON + LEASE, deps(sources, "two"))
    assert len(first) == len(again) == 1
    assert first[0][0] != again[0][0]  # another lease, another event


async def test_of_two_schedulers_that_see_a_source_due_one_claims_it() -> None:
    sources = SharedSources(source("a"))
    seen = await sources.due(NOON, 10)

    class Late(SharedSources):
        async def due(self, now: datetime, limit: int) -> list[Source]:
            return seen

    late = Late()
    assert len(await tick(NOON, deps(sources))) == 1
    late.sources = sources.sources
    assert await tick(NOON, deps(late, "two")) == []


async def test_no_more_sources_are_taken_at_a_time_than_set() -> None:
    sources = SharedSources(*(source(f"s{number}") for number in range(5)))
    assert len(await tick(NOON, deps(sources, most=2))) == 2
    assert len(await tick(NOON, deps(sources, most=9))) == 3
