"""From a request for an article to its page, or to its end."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from shared import clock
from shared.errors import Ended, State, Transient, Unavailable, Wait
from shared.events import FetchRequest, Outcome, Page
from shared.search.hosts import HostState
from tests.services.fetcher.desk import Desk, desk
from tests.shared.http.loopback import Reply, loopback

HTML = {"Content-Type": "text/html; charset=iso-8859-1"}
PAGE = Reply(200, b"<html><p>ol\xe1</html>", HTML)
GZIP = HTML | {"Content-Encoding": "gzip"}


async def test_a_page_is_handed_on_as_it_was_received() -> None:
    async with desk() as at:
        at.paper.routes["/a"] = Reply(200, gzip.compress(PAGE.body), GZIP | {"X-Robots-Tag": "noarchive"})
        request = at.article("/a", title="Olá", published_at=clock.now(), attempt=3)
        [page] = await at.process(request)
    assert isinstance(page, Page)
    assert page.body == PAGE.body
    assert (page.status, page.content_type, page.x_robots_tag) == (200, HTML["Content-Type"], "noarchive")
    assert (page.url, page.final_url, page.url_id) == (request.url, request.url, request.url_id)
    assert (page.attempt, page.feed_title, page.feed_published_at) == (3, "Olá", request.published_at)
    assert page.discovered_at == request.discovered_at


FAULTS = [
    (Reply(404), State.GONE, "http 404"),
    (Reply(410), State.GONE, "http 410"),
    (Reply(401), State.BLOCKED, "http 401"),
    (Reply(403), State.BLOCKED, "http 403"),
    (Reply(451), State.BLOCKED, "http 451"),
    (Reply(400), State.BLOCKED, "http 400"),
    (Reply(302, headers={"Location": "/a"}), State.FAILED, "redirect loop"),
    (Reply(302, headers={"Location": "http://169.254.169.254/latest/meta-data"}), State.BLOCKED, "private address"),
    (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), State.BLOCKED, "private address"),
    (Reply(302, headers={"Location": "http://localhost/"}), State.BLOCKED, "private address"),
    (Reply(302, headers={"Location": "file:///etc/passwd"}), State.BLOCKED, "not http"),
    (Reply(302, headers={"Location": "http://[broken"}), State.FAILED, "malformed url"),
    (Reply(302), State.FAILED, "http 302"),
    (Reply(304), State.FAILED, "http 304"),
    (Reply(200, gzip.compress(b"\0" * 10_000_000), GZIP), State.TOO_LARGE, "decoded body too large"),
    (Reply(200, b"x" * 300_000, HTML), State.TOO_LARGE, "body too large"),
    (Reply(200, b"x" * 300_000, HTML, declared=-1), State.TOO_LARGE, "body too large"),
    (Reply(200, headers=HTML | {"X": "y" * 200_000}), State.TOO_LARGE, "headers too large"),
    (Reply(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}), State.NOT_ARTICLE, "content type"),
    (Reply(200, b"x" * 9_000_000, {"Content-Type": "video/mp4"}), State.NOT_ARTICLE, "content type"),
    (Reply(200, b"{}", {"Content-Type": "text/plain"}), State.NOT_ARTICLE, "content type"),
    (Reply(204), State.NOT_ARTICLE, "no content"),
]


@pytest.mark.parametrize(("reply", "state", "reason"), FAULTS, ids=[f"{state}: {reason}" for _, state, reason in FAULTS])
async def test_each_fault_that_stays_ends_in_its_state(reply: Reply, state: State, reason: str) -> None:
    async with desk() as at:
        at.paper.routes |= {"/a": reply, "/b": PAGE}
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/a"))
        assert (ended.value.state, ended.value.reason) == (state, reason)
        assert isinstance((await at.process(at.article("/b")))[0], Page)  # nothing else is harmed


PASSING = [
    (Reply(500), State.FAILED, "http 500"),
    (Reply(502), State.FAILED, "http 502"),
    (Reply(408), State.FAILED, "http 408"),
    (Reply(200, gzip.compress(PAGE.body * 50)[:-12], GZIP), State.FAILED, "truncated body"),
    (Reply(200, b"no gzip", GZIP), State.FAILED, "undecodable body"),
    (Reply(200, PAGE.body * 100, HTML, reset_at=100), State.FAILED, "broken off"),
    (Reply(200, PAGE.body, HTML, declared=5000), State.FAILED, "broken off"),
    (Reply(200, PAGE.body * 9, HTML, drip=0.1), State.FAILED, "too slow"),
]


@pytest.mark.parametrize(("reply", "state", "reason"), PASSING, ids=[reason for _, _, reason in PASSING])
async def test_each_fault_that_may_pass_is_tried_again_and_says_how_it_ends(reply: Reply, state: State, reason: str) -> None:
    async with desk() as at:
        at.paper.routes["/a"] = [reply, PAGE]
        with pytest.raises(Transient) as raised:
            await at.process(at.article("/a"))
        assert not isinstance(raised.value, Wait)
        assert (raised.value.reason, raised.value.state) == (reason, state)
        assert isinstance((await at.process(at.article("/a")))[0], Page)


async def test_a_host_that_answers_429_is_left_alone_for_retry_after_seconds() -> None:
    async with desk() as at:
        at.paper.routes |= {"/a": [Reply(429, headers={"Retry-After": "60"}), PAGE], "/b": PAGE}
        with pytest.raises(Transient) as raised:
            await at.process(at.article("/a"))
        assert (raised.value.reason, raised.value.after, raised.value.state) == (
            "http 429", timedelta(seconds=60), State.BLOCKED,
        )  # fmt: skip
        with pytest.raises(Wait) as wait:
            await at.process(at.article("/b"))
        assert wait.value.after is not None
        assert timedelta(seconds=55) < wait.value.after <= timedelta(seconds=60)
        assert "/b" not in at.paper.paths()


@pytest.mark.parametrize("reply", [Reply(503), Reply(200, delay=3)], ids=["503", "no answer"])
async def test_a_host_in_trouble_is_given_rest(reply: Reply) -> None:
    async with desk() as at:
        at.paper.routes |= {"/robots.txt": Reply(404), "/a": reply}
        with pytest.raises(Transient):
            await at.process(at.article("/a"))
        assert [state.backoff_seconds for state in at.hosts.states.values()] == [5.0]


async def test_a_short_retry_after_is_waited_for_in_the_hosts_queue() -> None:
    async with desk() as at:
        at.paper.routes |= {"/a": Reply(429, headers={"Retry-After": "1"}), "/b": PAGE}
        with pytest.raises(Transient):
            await at.process(at.article("/a"))
        assert isinstance((await at.process(at.article("/b")))[0], Page)
        paths = at.paper.paths()
        assert at.paper.seen[paths.index("/b")].at - at.paper.seen[paths.index("/a")].at >= 1


async def test_a_page_that_robots_txt_disallows_is_not_fetched() -> None:
    async with desk() as at:
        at.paper.routes["/robots.txt"] = Reply(200, b"User-agent: babelwire\nDisallow: /private")
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/private/1"))
        assert (ended.value.state, ended.value.reason) == (State.DISALLOWED, "robots.txt")
        assert at.paper.paths() == ["/robots.txt"]


async def test_robots_txt_is_read_once_and_before_anything_else() -> None:
    async with desk() as at:
        at.paper.routes |= {"/a": PAGE, "/b": PAGE}
        await at.process(at.article("/a"))
        await at.process(at.article("/b"))
        assert at.paper.paths() == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(
    ("reply", "reason", "state"),
    [
        (Reply(500), "robots.txt: http 500", State.DISALLOWED),
        (Reply(429), "robots.txt: http 429", State.DISALLOWED),
        (Reply(200, delay=3), "robots.txt: timeout", State.FAILED),
        (Reply(200, b"User-agent: *", reset_at=3), "robots.txt: broken off", State.FAILED),
    ],
)
async def test_without_robots_txt_for_now_nothing_is_fetched_for_now(reply: Reply, reason: str, state: State) -> None:
    async with desk() as at:
        at.paper.routes |= {"/robots.txt": reply, "/a": PAGE}
        for _ in range(2):
            with pytest.raises(Transient) as raised:
                await at.process(at.article("/a"))
            assert (raised.value.reason, raised.value.state) == (reason, state)
        assert at.paper.paths() == ["/robots.txt"]


@pytest.mark.parametrize("target", ["/robots.txt", "http://169.254.169.254/robots.txt"])
async def test_a_robots_txt_that_leads_nowhere_is_as_good_as_none(target: str) -> None:
    async with desk() as at:
        at.paper.routes |= {"/robots.txt": Reply(302, headers={"Location": target}), "/a": PAGE}
        assert isinstance((await at.process(at.article("/a")))[0], Page)


async def test_a_redirected_robots_txt_is_followed() -> None:
    async with desk() as at:
        at.paper.routes |= {
            "/robots.txt": Reply(301, headers={"Location": "/r2"}),
            "/r2": Reply(200, b"User-agent: *\nDisallow: /a"),
        }
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/a"))
        assert ended.value.state is State.DISALLOWED


async def test_robots_txt_known_from_the_hosts_index_is_not_asked_for_again() -> None:
    async with desk() as at:
        host = f"127.0.0.1:{at.paper.port}"
        until = clock.now() + timedelta(hours=1)
        at.hosts.states[host] = HostState(host=host, robots="User-agent: *\nDisallow: /x", robots_until=until)
        at.paper.routes["/a"] = PAGE
        await at.process(at.article("/a"))
        with pytest.raises(Ended):
            await at.process(at.article("/x"))
        assert at.paper.paths() == ["/a"]


async def test_the_delay_is_the_sources_own_and_crawl_delay_may_only_lengthen_it() -> None:
    async with desk(delay=5.0, delay_seconds=0.1) as at:
        at.paper.routes |= {
            "/robots.txt": Reply(200, b"User-agent: *\nCrawl-delay: 0.4"), "/a": PAGE, "/b": PAGE,
        }  # fmt: skip
        await at.process(at.article("/a"))
        await at.process(at.article("/b"))
        gaps = [b.at - a.at for a, b in zip(at.paper.seen, at.paper.seen[1:], strict=False)]
        assert 0.1 <= gaps[0] < 5
        assert 0.4 <= gaps[1] < 5


async def test_a_redirect_within_the_domain_is_followed_by_the_rules_at_every_hop() -> None:
    async with desk() as at:
        at.paper.routes |= {
            "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /private"),
            "/a": Reply(301, headers={"Location": "/b"}),
            "/b": PAGE,
            "/c": Reply(302, headers={"Location": "/private"}),
        }
        [page] = await at.process(at.article("/a"))
        assert isinstance(page, Page)
        assert page.final_url == f"{at.paper.origin}/b"
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/c"))
        assert ended.value.state is State.DISALLOWED
        assert "/private" not in at.paper.paths()


async def moved_from(at: Desk, target: str, **more: object) -> FetchRequest:
    at.paper.routes["/a"] = Reply(301, headers={"Location": target})
    [request] = await at.process(at.article("/a", title="T", **more))
    assert isinstance(request, FetchRequest)
    return request


async def test_a_redirect_to_another_domain_becomes_a_request_of_the_same_url_with_a_hop() -> None:
    async with loopback() as other, desk() as at:
        request = await moved_from(at, f"{other.origin}/x", attempt=2)
        assert request.url == f"{other.origin}/x"
        assert request.url_id == at.article("/a").url_id
        assert (request.hops, request.reason, request.attempt, request.title) == (1, "redirect", 2, "T")
        assert other.seen == []
        other.routes["/x"] = PAGE
        [page] = await at.process(request)
        assert isinstance(page, Page)
        assert (page.url_id, page.final_url) == (request.url_id, f"{other.origin}/x")


async def test_a_refetch_stays_one_when_it_moves() -> None:
    async with loopback() as other, desk() as at:
        assert (await moved_from(at, f"{other.origin}/x", reason="refetch")).reason == "refetch"


async def test_two_domains_that_send_each_other_the_reader_end_as_a_loop() -> None:
    async with loopback() as other, desk() as at:
        other.routes["/x"] = Reply(302, headers={"Location": f"{at.paper.origin}/a"})
        request = await moved_from(at, f"{other.origin}/x")
        for _ in range(4):
            [request] = await at.process(request)  # type: ignore[assignment]
        with pytest.raises(Ended) as ended:
            await at.process(request)
        assert (ended.value.state, ended.value.reason) == (State.FAILED, "redirect loop")


async def test_a_refetch_asks_with_its_validators_and_unchanged_is_an_outcome() -> None:
    async with desk() as at:
        at.paper.routes["/a"] = Reply(304)
        request = at.article("/a", reason="refetch", etag='"v1"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT", attempt=1)
        [found] = await at.process(request)
        assert isinstance(found, Outcome)
        assert (found.state, found.reason, found.attempt, found.stage) == (State.INDEXED, "unchanged", 1, "fetcher")
        headers = at.paper.seen[-1].headers
        assert headers["if-none-match"] == '"v1"'
        assert headers["if-modified-since"] == "Mon, 02 Mar 2026 12:00:00 GMT"


async def test_a_request_of_a_lower_attempt_is_dropped() -> None:
    async with desk() as at:
        request = at.article("/a", attempt=1)
        at.ledger.set(request.url_id, attempt=2)
        assert await at.process(request) == []
        assert at.paper.seen == []


@pytest.mark.parametrize("state", [State.INDEXED, State.DUPLICATE, State.GONE, State.TAKEN_DOWN])
async def test_a_first_fetch_of_what_has_ended_is_dropped(state: State) -> None:
    async with desk() as at:
        request = at.article("/a")
        at.ledger.set(request.url_id, state=state)
        assert await at.process(request) == []
        assert at.paper.seen == []


@pytest.mark.parametrize("reason", ["discovered", "refetch", "replay", "push"])
async def test_what_was_taken_down_is_not_fetched_for_any_reason(reason: str) -> None:
    async with desk() as at:
        request = at.article("/a", reason=reason)
        at.ledger.set(request.url_id, state=State.TAKEN_DOWN)
        assert await at.process(request) == []
        assert at.paper.seen == []


async def test_a_domain_that_was_taken_down_is_neither_polled_nor_fetched() -> None:
    async def barred(url: str) -> bool:
        return True

    async with desk() as at:
        at.deps = replace(at.deps, barred=barred)
        assert await at.process(at.poll()) == []
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/a"))
        assert ended.value.state is State.TAKEN_DOWN
        assert at.paper.seen == []


@pytest.mark.parametrize(
    ("state", "reason"), [(State.FAILED, "discovered"), (State.INDEXED, "refetch"), (State.GONE, "replay")]
)
async def test_what_failed_may_be_tried_again_and_what_ended_fetched_again(state: State, reason: str) -> None:
    async with desk() as at:
        at.paper.routes["/a"] = PAGE
        request = at.article("/a", reason=reason)
        at.ledger.set(request.url_id, state=state)
        assert isinstance((await at.process(request))[0], Page)


async def test_what_its_feed_dates_too_old_is_not_fetched() -> None:
    async with desk(max_age=timedelta(days=30)) as at:
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/a", published_at=clock.now() - timedelta(days=31)))
        assert ended.value.state is State.TOO_OLD
        assert at.paper.seen == []
        at.paper.routes["/b"] = PAGE
        assert await at.process(at.article("/b", published_at=clock.now() - timedelta(days=29)))


async def test_a_private_address_is_refused_before_robots_txt() -> None:
    async with desk(allow="") as at:
        with pytest.raises(Ended) as ended:
            await at.process(at.article("/a"))
        assert (ended.value.state, ended.value.reason) == (State.BLOCKED, "private address")
        assert at.paper.seen == []


async def test_without_a_contact_only_loopback_is_visited() -> None:
    async with desk(contact=False) as at:
        at.paper.routes["/a"] = PAGE
        assert await at.process(at.article("/a"))
        with pytest.raises(Unavailable, match="BABELWIRE_FETCHER_CONTACT"):
            await at.process(at.article("http://paper.example/a"))
