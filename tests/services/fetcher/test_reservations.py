"""What ai.txt and tdmrep.json reserve of a page."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from services.fetcher.reservations import Reservations, reserved_by_ai_txt, reserved_by_tdmrep
from shared.events import Page
from shared.search.hosts import HostState
from tests.services.fetcher.desk import Desk, desk
from tests.shared.http.loopback import Reply

URL = "https://paper.example/politics/ferry"
PAGE = Reply(200, b"<html><p>news</p></html>", {"Content-Type": "text/html"})
ALL = "User-agent: *\nDisallow: /"


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        ("", False),
        (ALL, True),
        ("User-Agent: *\nDisallow: *.html\nDisallow: *.jpg", True),
        ("User-Agent: *\nDisallow: *.jpg\nAllow: *.html", False),
        ("User-agent: *\nDisallow: /sport/", False),
        ("User-agent: *\nDisallow: /politics/", True),
        ("User-agent: Babelwire\nDisallow: /\nUser-agent: *\nAllow: /", True),
        ("User-agent: Otherbot\nDisallow: /", False),
        ("<!doctype html><p>User-agent: *\nDisallow: /", False),
    ],
)
def test_ai_txt_is_read_like_robots_txt(text: str, reserved: bool) -> None:
    assert reserved_by_ai_txt(text, URL, "Babelwire") is reserved


@pytest.mark.parametrize(
    ("rules", "reserved"),
    [
        ([{"location": "/", "tdm-reservation": 1}], True),
        ([{"location": "/politics/*", "tdm-reservation": 1}], True),
        ([{"location": "/politics", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], False),
        ([{"location": "/sport", "tdm-reservation": 1}], False),
        ([{"location": "/politics/ferry$", "tdm-reservation": "1"}], True),
        ([{"location": 7}, "x", None], False),
        ({"location": "/"}, False),
    ],
)
def test_the_first_location_of_tdmrep_that_matches_decides(rules: object, reserved: bool) -> None:
    assert reserved_by_tdmrep(json.dumps(rules), URL) is reserved


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "<html>", "null", "\x00"])
def test_what_cannot_be_read_reserves_nothing(text: str) -> None:
    assert not reserved_by_tdmrep(text, URL)


def test_both_are_named_as_evidence() -> None:
    both = Reservations(ALL, json.dumps([{"location": "/", "tdm-reservation": 1}]))
    assert both.of(URL, "Babelwire") == ("ai.txt: disallow", "tdmrep.json: tdm-reservation 1")


async def page_of(at: Desk, path: str = "/a") -> Page:
    [page] = await at.process(at.article(path))
    assert isinstance(page, Page)
    return page


async def test_a_page_carries_what_its_site_reserves_and_the_site_is_asked_once() -> None:
    async with desk(heeds=True) as at:
        at.paper.routes |= {"/a": PAGE, "/b": PAGE, "/ai.txt": Reply(200, ALL.encode())}
        assert (await page_of(at)).reservations == ("ai.txt: disallow",)
        assert (await page_of(at, "/b")).reservations == ("ai.txt: disallow",)
        asked = [seen.target for seen in at.paper.seen]
    assert asked == ["/robots.txt", "/ai.txt", "/.well-known/tdmrep.json", "/a", "/b"]


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(302, headers={"Location": "/"}), Reply(200, b"x", drip=9)])
async def test_a_file_that_cannot_be_had_says_nothing(reply: Reply) -> None:
    async with desk(heeds=True) as at:
        at.paper.routes |= {"/a": PAGE, "/ai.txt": reply}
        assert (await page_of(at)).reservations == ()


async def test_they_outlive_the_fetcher_that_asked() -> None:
    async with desk(heeds=True) as at:
        at.paper.routes |= {"/a": PAGE}
        until = datetime.now(UTC) + timedelta(hours=1)
        host = f"127.0.0.1:{at.paper.port}"
        at.hosts.states[host] = HostState(host=host, ai_txt=ALL, reservations_until=until)
        assert (await page_of(at)).reservations == ("ai.txt: disallow",)
        assert "/ai.txt" not in [seen.target for seen in at.paper.seen]


async def test_a_poll_does_not_ask_for_they_are_about_mining_text() -> None:
    async with desk(heeds=True) as at:
        await at.process(at.poll())
        assert "/ai.txt" not in [seen.target for seen in at.paper.seen]
