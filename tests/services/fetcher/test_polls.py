"""From a request for a feed or sitemap to requests for what is new or has changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest

from shared import clock, ids
from shared.clock import iso
from shared.errors import State, Unavailable
from shared.events import Event, FetchRequest, Outcome
from shared.search.sources import PollResult
from tests.services.fetcher.desk import Desk, desk
from tests.shared.http.loopback import Reply, loopback

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(url: str, updated: datetime | None = None, published: datetime | None = None, title: str = "T") -> str:
    dates = f"<updated>{iso(updated)}</updated>" if updated else ""
    dates += f"<published>{iso(published)}</published>" if published else ""
    return f'<entry><title>{title}</title><link href="{escape(url)}"/>{dates}</entry>'


def atom(*entries: str, **headers: str) -> Reply:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{"".join(entries)}</feed>'
    return Reply(200, body.encode(), {"Content-Type": "application/atom+xml", **headers})


def requests(events: Sequence[Event]) -> list[FetchRequest]:
    assert all(isinstance(event, FetchRequest) for event in events)
    return [event for event in events if isinstance(event, FetchRequest)]


def last_poll(at: Desk) -> PollResult:
    return at.sources.polls[-1][1]


async def test_each_new_link_is_asked_for_once_with_what_the_feed_says_of_it() -> None:
    async with desk() as at:
        at.paper.routes["/feed.xml"] = atom(
            entry("/1?utm_source=rss", published=NOW - HOUR, title="One"), entry("/2"), entry("/2#again"), ETag='"e1"'
        )
        found = requests(await at.process(at.poll()))
        assert [one.url for one in found] == [f"{at.paper.origin}/1?utm_source=rss", f"{at.paper.origin}/2"]
        first = found[0]
        assert first.url_id == ids.url_id(f"{at.paper.origin}/1")
        assert (first.kind, first.reason, first.attempt, first.title) == ("article", "discovered", 0, "One")
        assert first.published_at == NOW - HOUR
        assert {entry.discovered_by for entry in at.ledger.entries.values()} == {"message-1"}
        assert await at.process(at.poll(), "message-2") == []
    results = [poll.result for _, poll in at.sources.polls]
    assert results == ["new", "nothing new"]
    assert at.sources.polls[0][1].new_items == 2
    assert last_poll(at).etag == '"e1"'


async def test_a_message_delivered_again_asks_again_for_what_is_still_queued() -> None:
    async with desk() as at:
        at.paper.routes["/feed.xml"] = atom(entry("/1"), entry("/2"))
        first = requests(await at.process(at.poll()))
        at.ledger.set(first[0].url_id, state=State.INDEXED)
        again = requests(await at.process(at.poll()))
        assert [one.url_id for one in again] == [first[1].url_id]


async def test_links_to_other_domains_are_dropped() -> None:
    async with loopback() as other, desk() as at:
        at.paper.routes["/feed.xml"] = atom(entry(f"{other.origin}/1"), entry("https://elsewhere.example/2"), entry("/3"))
        assert [one.url for one in requests(await at.process(at.poll()))] == [f"{at.paper.origin}/3"]


async def test_a_source_may_name_further_domains_of_its_own() -> None:
    async with loopback() as other, desk(domains=(f"127.0.0.1:{other.port}",)) as at:
        at.paper.routes["/feed.xml"] = atom(entry(f"{other.origin}/1"))
        assert len(await at.process(at.poll())) == 1


async def test_what_is_too_old_is_entered_and_ended_without_a_fetch() -> None:
    async with desk(max_age=timedelta(days=30)) as at:
        old = clock.now() - timedelta(days=40)
        at.paper.routes["/feed.xml"] = atom(entry("/old", published=old), entry("/new", published=clock.now()))
        ended, request = await at.process(at.poll())
        assert isinstance(ended, Outcome)
        assert isinstance(request, FetchRequest)
        assert (ended.state, ended.url, ended.stage) == (State.TOO_OLD, f"{at.paper.origin}/old", "fetcher")
        assert len(at.ledger.entries) == 2


async def changed_feed(at: Desk, updated: datetime, ce_id: str) -> list[FetchRequest]:
    at.paper.routes["/feed.xml"] = atom(entry("/1", updated=updated), entry("/2", updated=NOW - 5 * HOUR))
    return requests(await at.process(at.poll(), ce_id))


async def test_an_entry_with_a_newer_stamp_is_fetched_again_with_the_attempt_raised() -> None:
    async with desk() as at:
        [one, _] = await changed_feed(at, NOW - 3 * HOUR, "m1")
        at.ledger.set(one.url_id, state=State.INDEXED)
        assert await changed_feed(at, NOW - 3 * HOUR, "m2") == []
        [again] = await changed_feed(at, NOW - HOUR, "m3")
        assert (again.url_id, again.reason, again.attempt) == (one.url_id, "refetch", 1)
        assert await changed_feed(at, NOW - HOUR, "m3") == [again]  # the same message, delivered again
        assert await changed_feed(at, NOW - HOUR, "m4") == []
        assert await changed_feed(at, NOW - 2 * HOUR, "m5") == []  # an older stamp is no news


async def test_what_is_still_queued_or_taken_down_is_not_fetched_again() -> None:
    async with desk() as at:
        [one, _] = await changed_feed(at, NOW - 3 * HOUR, "m1")
        assert await changed_feed(at, NOW - HOUR, "m2") == []
        at.ledger.set(one.url_id, state=State.TAKEN_DOWN)
        assert await changed_feed(at, NOW, "m3") == []


async def test_an_unchanged_feed_is_noted_and_its_validators_kept() -> None:
    async with desk(poll_seconds=60) as at:
        at.paper.routes["/feed.xml"] = Reply(304)
        before = clock.now()
        assert await at.process(at.poll(etag='"e"', last_modified="yesterday")) == []
    poll = last_poll(at)
    assert (poll.result, poll.etag, poll.last_modified, poll.failures) == ("unchanged", '"e"', "yesterday", 0)
    assert timedelta(seconds=60) <= poll.next_poll_at - before < timedelta(seconds=70)
    assert at.paper.seen[-1].headers["if-none-match"] == '"e"'


HTML = Reply(200, b"<!doctype html><html><title>Sign in</title></html>", {"Content-Type": "text/html"})


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (HTML, "not a feed: html"),
        (Reply(200), "not a feed: empty"),
        (Reply(404), "http 404"),
        (Reply(410), "http 410"),
        (Reply(403), "http 403"),
        (Reply(500), "http 500"),
        (Reply(302, headers={"Location": "/feed.xml"}), "redirect loop"),
        (Reply(302, headers={"Location": "http://10.0.0.1/"}), "private address"),
        (Reply(200, b"x" * 300_000), "body too large"),
        (Reply(200, b"<rss>", reset_at=2), "broken off"),
        (Reply(200, delay=3), "timeout"),
    ],
)
async def test_whatever_is_wrong_with_a_feed_is_noted_and_it_is_polled_later(reply: Reply, result: str) -> None:
    async with desk(poll_seconds=60) as at:
        at.paper.routes["/feed.xml"] = reply
        before = clock.now()
        assert await at.process(at.poll(etag='"e"')) == []
    [(url, poll)] = at.sources.polls
    assert url == f"{at.paper.origin}/feed.xml"
    assert (poll.result, poll.failures, poll.etag) == (result, 1, '"e"')
    assert timedelta(seconds=120) <= poll.next_poll_at - before < timedelta(seconds=130)
    assert at.ledger.entries == {}


async def test_a_feed_that_robots_txt_disallows_is_not_read() -> None:
    async with desk() as at:
        at.paper.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /feed.xml")
        assert await at.process(at.poll()) == []
        assert at.paper.paths() == ["/robots.txt"]
    assert last_poll(at).result == "robots.txt"


async def test_a_host_that_asks_for_patience_is_polled_no_sooner() -> None:
    async with desk(poll_seconds=5) as at:
        at.paper.routes["/feed.xml"] = Reply(429, headers={"Retry-After": "600"})
        before = clock.now()
        await at.process(at.poll())
        assert last_poll(at).next_poll_at - before >= timedelta(seconds=600)
        await at.process(at.poll())  # the host rests: nobody's failure
    assert (last_poll(at).result, last_poll(at).failures) == ("host rests", 0)
    assert last_poll(at).next_poll_at - before >= timedelta(seconds=590)


async def test_a_sitemap_is_read_like_a_feed() -> None:
    async with desk() as at:
        body = f"<urlset><url><loc>{at.paper.origin}/1</loc></url><url><loc>{at.paper.origin}/2</loc></url></urlset>"
        at.paper.routes["/sitemap.xml"] = Reply(200, body.encode())
        found = requests(await at.process(at.poll("/sitemap.xml", kind="sitemap")))
        assert [one.kind for one in found] == ["article", "article"]
    assert at.sources.polls[0][0].endswith("/sitemap.xml")


async def test_an_index_asks_for_its_sitemaps_and_an_index_among_them_for_nothing() -> None:
    async with desk() as at:
        index = f"<sitemapindex><sitemap><loc>{at.paper.origin}/s1.xml</loc></sitemap></sitemapindex>".encode()
        at.paper.routes |= {"/sitemap.xml": Reply(200, index), "/s1.xml": Reply(200, index)}
        [sub] = requests(await at.process(at.poll("/sitemap.xml", kind="sitemap", etag='"e"')))
        assert (sub.kind, sub.url, sub.etag) == ("sitemap", f"{at.paper.origin}/s1.xml", None)
        assert await at.process(sub) == []
        assert len(at.sources.polls) == 1


async def test_a_feed_that_moved_to_another_domain_is_polled_there_for_its_source() -> None:
    async with loopback() as other, desk() as at:
        at.paper.routes["/feed.xml"] = Reply(301, headers={"Location": f"{other.origin}/new.xml"})
        other.routes["/new.xml"] = atom(entry(f"{at.paper.origin}/1"))
        [moved] = requests(await at.process(at.poll()))
        assert (moved.kind, moved.reason, moved.hops) == ("feed", "poll", 1)
        assert at.sources.polls == []
        assert [one.url for one in requests(await at.process(moved))] == [f"{at.paper.origin}/1"]
    assert at.sources.polls[0][0] == f"{at.paper.origin}/feed.xml"


@pytest.mark.parametrize("source", [{"active": False}, {"id": "another"}])
async def test_a_source_that_is_gone_or_inactive_is_not_polled(source: dict[str, Any]) -> None:
    async with desk(**source) as at:
        at.paper.routes["/feed.xml"] = atom(entry("/1"))
        assert await at.process(at.poll()) == []
        assert at.paper.seen == []


async def test_without_a_contact_polls_wait_instead_of_failing() -> None:
    async with desk(contact=False) as at:
        poll = at.poll().model_copy(update={"url": "http://paper.example/feed.xml"})
        with pytest.raises(Unavailable):
            await at.process(poll)
        assert at.sources.polls == []


async def test_two_thousand_links_are_entered_spread_over_time_by_the_hosts_delay() -> None:
    async with desk(delay_seconds=2.0, delay=0.0) as at:
        at.paper.routes |= {"/robots.txt": Reply(404)}
        at.paper.routes["/feed.xml"] = atom(*(entry(f"/{n}") for n in range(2_100)))
        found = await at.process(at.poll())
        assert len(found) == 2_000
        waits = [e.not_before - e.discovered_at for e in at.ledger.entries.values() if e.not_before]
    assert max(waits) == timedelta(seconds=2 * 1_999)
