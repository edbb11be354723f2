"""The fetcher's stage as it is composed in production, with the ledger, the sources and the hosts in memory."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.fetcher.listings import Listing, parse_listing
from services.fetcher.politeness import Politeness
from services.fetcher.polls import Poller
from services.fetcher.stage import Deps, process
from services.fetcher.visit import Visitor
from shared import clock, ids
from shared.events import Event, FetchRequest
from shared.http.client import GuardedClient, Limits
from shared.http.guard import AddressGuard, allow_list
from shared.item import Item
from shared.search.ledger import UrlEntry
from shared.search.sources import Feed, Source
from tests.services.fetcher.fakes import FakeHosts, FakeLedger, FakeSources
from tests.shared.http.loopback import Loopback, loopback

SHORT = Limits(
    body=200_000, total=timedelta(seconds=2.5), idle=timedelta(seconds=2), connect=timedelta(seconds=2), connections=16
)
YEAR = timedelta(days=365)


async def read(body: bytes, url: str, content_type: str, front_page: bool) -> Listing:
    return parse_listing(body, url, content_type, SHORT.body, front_page)


@dataclass
class Desk:
    """`paper` is the publisher's server, whose source is `source`."""

    paper: Loopback
    source: Source
    ledger: FakeLedger
    sources: FakeSources
    hosts: FakeHosts
    deps: Deps

    def article(self, path: str = "/a", **more: object) -> FetchRequest:
        """A request for the article at `path`, which is in the ledger, queued."""
        url = path if path.startswith("http") else self.paper.origin + path
        request = FetchRequest.model_validate(
            {
                "url_id": ids.url_id(url), "url": url, "source_id": "s", "kind": "article", "reason": "discovered",
                "discovered_at": datetime(2026, 3, 2, tzinfo=UTC),
            } | more
        )  # fmt: skip
        self.ledger.entries.setdefault(
            request.url_id,
            UrlEntry(url_id=request.url_id, url=url, source_id="s", attempt=request.attempt, discovered_at=clock.now()),
        )
        return request

    def poll(self, path: str = "/feed.xml", **more: object) -> FetchRequest:
        url = self.paper.origin + path
        return FetchRequest.model_validate(
            {
                "url_id": ids.url_id(url), "url": url, "source_id": "s", "kind": "feed", "reason": "poll",
                "discovered_at": clock.now(),
            } | more
        )  # fmt: skip

    async def process(self, request: FetchRequest, ce_id: str = "message-1") -> list[Event]:
        return await process(Item(request, ce_id), self.deps)


@contextlib.asynccontextmanager
async def desk(
    *,
    max_age: timedelta | None = YEAR * 100,
    delay: float = 0.0,
    contact: bool = True,
    heeds: bool = False,
    allow: str = "127.0.0.1:1024-65535",
    now: Callable[[], datetime] = clock.now,
    **source: object,
) -> AsyncIterator[Desk]:
    async with loopback() as paper:
        ledger, hosts = FakeLedger(), FakeHosts()
        feeds = (Feed(url=f"{paper.origin}/feed.xml"), Feed(url=f"{paper.origin}/sitemap.xml", kind="sitemap"))
        own = Source.model_validate({"id": "s", "name": "Paper", "home_page": paper.origin, "feeds": feeds} | source)
        sources = FakeSources(own)
        guard = AddressGuard(allow_list(allow))
        client = GuardedClient(guard, user_agent="Mozilla/5.0 (compatible; Babelwire; +mailto:t@example.org)", limits=SHORT)
        pause = timedelta(seconds=delay)
        visitor = Visitor(
            client, Politeness(hosts, now), now, agent="Babelwire", delay=pause, anonymous=not contact, heeds=heeds
        )
        poller = Poller(visitor, ledger, sources, read, now, max_age, pause)  # type: ignore[arg-type]
        deps = Deps(visitor, poller, ledger, sources, now, max_age)  # type: ignore[arg-type]
        try:
            yield Desk(paper, own, ledger, sources, hosts, deps)
        finally:
            await client.aclose()
