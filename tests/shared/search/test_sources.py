import asyncio
from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.errors import State
from shared.events import Outcome
from shared.rhythm import Rhythm
from shared.search import names
from shared.search.hosts import Hosts, HostState
from shared.search.ledger import Ledger
from shared.search.sources import Feed, PollResult, Source, Sources, merged

NOW = clock.now().replace(microsecond=0)
LEASE = timedelta(minutes=2)
engines = pytest.mark.engines


def source(number: int = 1, *feeds: str, **more: object) -> Source:
    urls = feeds or (f"https://s{number}.test/rss",)
    fields = {"id": f"s{number}", "name": f"Paper {number}", "home_page": f"https://s{number}.test/"}
    return Source.model_validate(fields | {"feeds": [Feed(url=url) for url in urls]} | more)


@pytest.fixture
def sources(client: AsyncOpenSearch) -> Sources:
    return Sources(client)


def test_merging_keeps_what_is_known_and_takes_what_is_said() -> None:
    old = source(1, "https://s1.test/rss", rights="full", country="pt")
    polled = old.model_copy(update={"feeds": (old.feeds[0].model_copy(update={"failures": 2}),)})
    new = merged(polled, source(1, "https://s1.test/rss", "https://s1.test/news.xml", language="pt"))
    assert (new.rights, new.country, new.language) == ("full", "pt", "pt")
    assert [(feed.url, feed.failures) for feed in new.feeds] == [("https://s1.test/rss", 2), ("https://s1.test/news.xml", 0)]


def test_a_feed_is_due_when_it_is_time_and_nobody_has_it() -> None:
    feed = Feed(url="https://s1.test/rss")
    assert feed.due_at() < NOW
    assert feed.model_copy(update={"next_poll_at": NOW}).due_at() == NOW
    assert feed.model_copy(update={"lease_until": NOW + LEASE}).due_at() == NOW + LEASE


@engines
async def test_healths_are_counted_as_the_last_poll_left_them(sources: Sources) -> None:
    failing = source(3)
    feed = failing.feeds[0].model_copy(update={"last_polled_at": NOW, "last_result": "http 500", "failures": 3})
    await sources.add([source(1), source(2), failing.model_copy(update={"feeds": (feed,)})])
    assert await sources.healths() == {"new": 2, "failing": 1}


@engines
async def test_a_source_is_added_once_and_then_merged(sources: Sources) -> None:
    assert await sources.add([source(1), source(2)]) == (2, 0)
    assert await sources.add([source(2, "https://s2.test/more"), source(3)]) == (1, 1)
    assert [one.id for one in await sources.all()] == ["s1", "s2", "s3"]
    two = await sources.get("s2")
    assert two and [feed.url for feed in two.feeds] == ["https://s2.test/rss", "https://s2.test/more"]
    assert await sources.get("s9") is None


@engines
async def test_only_those_read_last_are_remembered(client: AsyncOpenSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.search.sources.CACHED", 2)
    sources = Sources(client)
    await sources.add([source(1), source(2), source(3)])
    assert all([await sources.get(f"s{number}") for number in (1, 2, 3)])
    await Sources(client).pause(["s1", "s3"])
    one, three = await sources.get("s1"), await sources.get("s3")
    assert one and three
    assert (one.active, three.active) == (False, True)


@engines
async def test_of_many_schedulers_one_gets_the_lease(client: AsyncOpenSearch, sources: Sources) -> None:
    await sources.add([source(1)])
    found = [(await sources.due(NOW, 10))[0] for _ in range(5)]
    claims = await asyncio.gather(*(sources.claim([one], f"scheduler-{n}", NOW + LEASE) for n, one in enumerate(found)))
    assert sorted(len(claimed) for claimed in claims) == [0] * 4 + [1]
    await client.indices.refresh(index=names.SOURCES)
    assert await sources.due(NOW, 10) == []
    assert [one.id for one in await sources.due(NOW + LEASE, 10)] == ["s1"]


@engines
async def test_a_poll_ends_the_lease_and_sets_when_the_feed_is_due_again(sources: Sources) -> None:
    await sources.add([source(1, "https://s1.test/a", "https://s1.test/b")])
    (due,) = await sources.due(NOW, 10)
    assert await sources.claim([due], "scheduler", NOW + LEASE) == [due]
    later = NOW + timedelta(minutes=10)
    await sources.polled("s1", "https://s1.test/a", PollResult(NOW, "new", later, etag='"e"', new_items=3))
    await sources.polled("s1", "https://gone.test/", PollResult(NOW, "new", later))
    await sources.polled("s9", "https://s1.test/a", PollResult(NOW, "new", later))
    (one,) = await sources.all()
    a, b = one.feeds
    assert (a.next_poll_at, a.lease_until, a.etag, a.last_article_at) == (later, None, '"e"', NOW)
    assert (b.lease_owner, b.lease_until) == ("scheduler", NOW + LEASE)
    assert one.due_at == NOW + LEASE
    assert one.due_feeds(later) == [a, b]


@engines
async def test_all_can_be_made_due_at_once_and_inactive_ones_are_left_alone(sources: Sources) -> None:
    await sources.add([source(1), source(2), source(3, active=False)])
    for number in (1, 2):
        result = PollResult(NOW, "new", NOW + timedelta(days=1))
        await sources.polled(f"s{number}", f"https://s{number}.test/rss", result)
    assert await sources.poll_now() == 3
    assert [one.id for one in await sources.due(clock.now(), 10)] == ["s1", "s2"]


@engines
async def test_a_source_that_fails_again_and_again_is_failing(sources: Sources) -> None:
    await sources.add([source(1)])
    assert [one.health for one in await sources.all()] == ["new"]
    await sources.polled("s1", "https://s1.test/rss", PollResult(NOW, "http 500", NOW, failures=3))
    assert [one.health for one in await sources.all()] == ["failing"]


@engines
async def test_a_hosts_state_is_read_back_at_once(client: AsyncOpenSearch) -> None:
    hosts = Hosts(client)
    assert await hosts.get("127.0.0.1:8001") is None
    state = HostState(
        host="127.0.0.1:8001", next_at=NOW, backoff_seconds=2, failures=1, robots="x" * 500_000, robots_until=NOW
    )
    await hosts.put(state)
    assert await hosts.get("127.0.0.1:8001") == state
    await client.indices.refresh(index=names.HOSTS)


@engines
async def test_how_articles_ended_lately_is_counted_by_source_and_noted_with_it(
    sources: Sources, client: AsyncOpenSearch
) -> None:
    await sources.add([source(1), source(2)])
    ledger = Ledger(client)
    ends = [(State.INDEXED, ""), (State.INDEXED, ""), (State.BLOCKED, "http 403"), (State.QUEUED, "waits")]
    await ledger.settle(
        [
            Outcome(
                url_id=f"u{n}",
                url=f"https://s1.test/{n}",
                source_id="s1",
                state=state,
                reason=reason,
                stage="fetcher",
                at=NOW,
            )
            for n, (state, reason) in enumerate(ends)
        ]
    )
    await client.indices.refresh(index=names.LEDGER_URLS)
    found = await ledger.ends(NOW - timedelta(days=1), ["s1", "s2"])
    assert found == {"s1": {"indexed": 2, "blocked: http 403": 1}}
    assert await ledger.ends(NOW, ["s1"]) == await ledger.ends(NOW - timedelta(days=1), ["s2"]) == {}
    for noted in (found, found, {}):
        told = await sources.note_ends(await sources.all(), noted)
        assert [one.ends for one in await sources.all()] == [one.ends for one in told] == [noted.get("s1", {}), {}]


@engines
async def test_what_a_poll_learned_is_kept(sources: Sources) -> None:
    await sources.add([source(1)])
    rhythm = Rhythm().after([NOW - timedelta(hours=n) for n in range(40)], NOW)
    poll = PollResult(NOW, "new", NOW, etag='"1"', rhythm=rhythm, validators="proven", listed="abc", read_at=NOW)
    await sources.polled("s1", "https://s1.test/rss", poll)
    found = await sources.get("s1")
    assert found is not None
    [feed] = found.feeds
    assert (feed.rhythm, feed.validators, feed.listed, feed.read_at) == (rhythm, "proven", "abc", NOW)
