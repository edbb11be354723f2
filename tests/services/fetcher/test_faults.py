"""Fault in, terminal state and reason out: what `../shared/replay --faults` can play, and what the newsroom has.

Each through the whole stage. After each, a page of the same server is fetched to see that nothing else was harmed.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from newsroom.press import LAST_ROUND
from newsroom.trouble import BEHAVIOURS
from services.fetcher.politeness import Politeness
from services.fetcher.polls import Poller
from services.fetcher.stage import Deps, process
from services.fetcher.visit import Visitor
from shared import clock, ids
from shared.errors import Ended, Transient
from shared.events import Event, FetchKind, FetchRequest, Page
from shared.http.client import GuardedClient, Limits
from shared.http.guard import AddressGuard, allow_list
from shared.item import Item
from shared.search.sources import Feed, Source
from tests.integration.bench import free_port
from tests.newsroom.test_wire import running
from tests.services.fetcher.desk import read
from tests.services.fetcher.fakes import FakeHosts, FakeLedger, FakeSources

REPLAY = Path(__file__).parents[4] / "shared" / "replay" / "replay.py"
PAGE = "page"
LIMITS = Limits(total=timedelta(seconds=1.5), idle=timedelta(seconds=1), connect=timedelta(seconds=1))


@dataclass(frozen=True)
class Case:
    """`path`: of what is asked for, where it is not the article. `ends`: as `state: reason`, `page`, or a poll's result."""

    fault: dict[str, object]
    ends: str
    path: str = ""


CASES = [
    Case({"fault": "status", "only": "page"}, "failed: http 503"),
    Case({"fault": "status", "status": 500, "only": "page"}, "failed: http 500"),
    Case({"fault": "status", "status": 429, "retry_after": 1, "only": "page"}, "blocked: http 429"),
    Case({"fault": "status", "status": 403}, "blocked: http 403"),
    Case({"fault": "status", "status": 404}, "gone: http 404"),
    Case({"fault": "status", "status": 410}, "gone: http 410"),
    Case({"fault": "latency", "ms": 200}, PAGE),
    Case({"fault": "latency", "ms": 5000, "only": "page"}, "failed: timeout"),
    Case({"fault": "drip", "size": 64, "every_ms": 200, "only": "page"}, "failed: too slow"),
    Case({"fault": "reset", "only": "page"}, "failed: broken off"),
    Case({"fault": "truncated_gzip", "only": "page"}, "failed: truncated body"),
    Case({"fault": "gzip_bomb", "only": "page"}, "too_large: decompression ratio"),
    Case({"fault": "huge_body", "only": "page"}, "too_large: body too large"),
    Case({"fault": "huge_body", "declare_length": True, "only": "page"}, "too_large: body too large"),
    Case({"fault": "redirect_chain", "only": "page"}, PAGE),
    Case({"fault": "redirect_chain", "hops": 8, "only": "page"}, "failed: redirect loop"),
    Case({"fault": "redirect_loop", "only": "page"}, "failed: redirect loop"),
    Case({"fault": "redirect_private", "only": "page"}, "blocked: private address"),
    Case({"fault": "redirect_private", "to": "http://169.254.169.254/", "only": "page"}, "blocked: private address"),
    Case({"fault": "redirect_private", "to": "http://[::ffff:10.0.0.1]/", "only": "page"}, "blocked: private address"),
    Case({"fault": "wrong_charset"}, PAGE),
    Case({"fault": "updated"}, PAGE),
    Case({"fault": "duplicates"}, PAGE),
    Case({"fault": "robots_disallow"}, "disallowed: robots.txt"),
    Case({"fault": "robots_status"}, "disallowed: robots.txt: http 503"),
    Case({"fault": "robots_status", "status": 404}, PAGE),
    Case({"fault": "crawl_delay", "seconds": 1}, PAGE),
    Case({"fault": "reset", "only": "robots"}, "failed: robots.txt: broken off"),
    Case({"fault": "gzip_bomb", "only": "robots"}, PAGE),
    Case({"fault": "feed_html"}, "not a feed: html", "/feed.xml"),
    Case({"fault": "feed_many", "items": 3000}, "new", "/feed.xml"),
    Case({"fault": "status", "status": 410}, "http 410", "/feed.xml"),
    Case({"fault": "truncated_gzip", "only": "feed"}, "truncated body", "/feed.xml"),
    Case({"fault": "gzip_bomb", "only": "feed"}, "decompression ratio", "/feed.xml"),
    Case({"fault": "huge_body", "only": "sitemap"}, "body too large", "/sitemap.xml"),
    Case({"fault": "redirect_private", "only": "feed"}, "private address", "/feed.xml"),
    Case({"fault": "drip", "size": 64, "every_ms": 200, "only": "feed"}, "too slow", "/feed.xml"),
]


class Press:
    """The fetcher's stage before a press on this machine, at `proxy` or not, its state in memory."""

    def __init__(self, proxy: str | None = None, allow: str = "") -> None:
        self.client = GuardedClient(AddressGuard(allow_list(allow)), user_agent="Babelwire", limits=LIMITS, proxy=proxy)
        self.ledger, self.sources = FakeLedger(), FakeSources()
        visitor = Visitor(self.client, Politeness(FakeHosts(), clock.now), clock.now, agent="Babelwire", delay=timedelta(0))
        poller = Poller(visitor, self.ledger, self.sources, read, clock.now, None, timedelta(0))  # type: ignore[arg-type]
        self.deps = Deps(visitor, poller, self.ledger, self.sources, clock.now, None)  # type: ignore[arg-type]

    async def end(self, url: str, kind: FetchKind = "article") -> str:
        """How a request for `url` ends."""
        feed = Feed(url=url, kind="sitemap" if "sitemap" in url else "feed")
        self.sources.sources["s"] = Source(id="s", name="Paper", home_page=url, feeds=(feed,))
        request = FetchRequest(
            url_id=ids.url_id(url), url=url, source_id="s", kind=kind, reason="discovered", discovered_at=clock.now()
        )
        try:
            events: list[Event] = await process(Item(request, "message"), self.deps)
        except (Ended, Transient) as error:
            return f"{error.state}: {error.reason}"
        if kind != "article":
            return self.sources.polls[-1][1].result
        return PAGE if isinstance(events[0], Page) else str(events[0])


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[int, str]]]:
    """The proxy's address, and the page on which each case is played; each has a host of its own."""
    if not REPLAY.exists():
        pytest.skip("the saved real pages (../shared/replay) are not here")
    urls = _urls()
    faults = tmp_path_factory.mktemp("replay") / "faults.json"
    faults.write_text(json.dumps([{"match": urls[n].split("/")[2]} | case.fault for n, case in enumerate(CASES)]))
    port = free_port()
    command = [sys.executable, str(REPLAY), "serve", "--port", str(port), "--sets", "fundus", "--faults", str(faults)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline()
        yield f"http://127.0.0.1:{port}", urls
        process.terminate()


def _urls() -> dict[int, str]:
    """A URL of each of so many hosts."""
    manifest = REPLAY.parent.parent / "corpus" / "dev" / "fundus" / "manifest.jsonl"
    found = [json.loads(line)["url"].replace("https://", "http://") for line in manifest.read_text().splitlines()]
    hosts = {url.split("/")[2]: url for url in found if "?" not in url and url.isascii()}
    return dict(enumerate(hosts.values()))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case.fault['fault']}-{case.ends}" for case in CASES])
async def test_each_fault_of_the_replayed_web_ends_as_named(number: int, replayed: tuple[str, dict[int, str]]) -> None:
    (proxy, urls), case = replayed, CASES[number]
    press = Press(proxy)
    try:
        url = urls[number]
        if case.path:
            url = "/".join(url.split("/")[:3]) + case.path
        kind: FetchKind = "article" if not case.path else "sitemap" if "sitemap" in case.path else "feed"
        assert await press.end(url, kind) == case.ends
        assert await press.end(urls[len(CASES)]) == PAGE  # nothing else is harmed
    finally:
        await press.client.aclose()


def test_no_fault_of_the_replayed_web_is_left_out(replayed: tuple[str, dict[int, str]]) -> None:
    told = {line.split("`")[1] for line in (REPLAY.parent / "README.md").read_text().splitlines() if line.startswith("| `")}
    assert {str(case.fault["fault"]) for case in CASES} | {"odd_feeds"} >= told


NEWSROOM = {
    "missing": "gone: http 404",
    "gone": "gone: http 410",
    "too-many-requests-first": "blocked: http 429",
    "server-error-first": "failed: http 500",
    "server-error": "failed: http 500",
    "redirect-loop": "failed: redirect loop",
    "redirect-to-metadata-service": "blocked: private address",
    "redirect-to-intranet": "blocked: private address",
    "truncated-gzip": "failed: truncated body",
    "gzip-bomb": "too_large: decoded body too large",
    "drip": "failed: too slow",
    "large": "too_large: body too large",
    "disallowed": "disallowed: robots.txt",
}
SEEN_BY_THE_EXTRACTOR = {
    "empty", "binary", "listing", "consent-wall", "paywall", "latin-1-declared-utf-8", "utf-8-declared-latin-1",
    "reserved-in-page", "reserved-in-header", "no-ai-in-header",
}  # fmt: skip
DATED_BY_THE_FEED = {"too-old"}


async def test_each_fault_of_the_newsroom_ends_as_named() -> None:
    assert NEWSROOM.keys() | SEEN_BY_THE_EXTRACTOR | DATED_BY_THE_FEED == BEHAVIOURS.keys()
    async with running() as newsroom, httpx.AsyncClient(trust_env=False) as control:
        for _ in range(LAST_ROUND):
            await control.post(f"{newsroom.control}/next")
        ends: dict[str, str] = {}
        for behaviour in BEHAVIOURS:
            press = Press(allow=f"127.0.0.1:{newsroom.first}-{newsroom.first + 20}")
            ends[behaviour] = await press.end(newsroom.url(behaviour))
            await press.client.aclose()
    assert ends == NEWSROOM | dict.fromkeys(SEEN_BY_THE_EXTRACTOR | DATED_BY_THE_FEED, PAGE)
