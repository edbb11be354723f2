"""Hubs that feeds name: when they are asked, and how polling goes on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from services.fetcher.feeds import parse_feed
from services.fetcher.listings import Listing
from services.fetcher.politeness import Politeness
from services.fetcher.stage import process
from services.fetcher.subscriptions import LEASE, RESTS, Hub, Subscriber, hub_of, is_due, rest
from shared.http.client import Answer, GuardedClient
from shared.http.guard import AddressGuard, allow_list
from shared.item import Item
from shared.search.sources import Feed
from tests.services.fetcher.desk import desk
from tests.services.fetcher.fakes import FakeHosts, FakeTime
from tests.shared.http.loopback import Reply, loopback

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED, HUB, TOPIC = "https://paper.example/rss", "https://hub.example/", "https://paper.example/feed"
ASKED = Feed(url=FEED, hub=HUB, topic=TOPIC, subscribed_at=NOW - 2 * HOUR)
LIVE = ASKED.model_copy(update={"subscribed_until": NOW + LEASE, "pushed_at": NOW - HOUR, "last_polled_at": NOW - 2 * HOUR})

RSS = b"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>P</title>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://paper.example/feed"/>
<item><title>T</title><link>https://paper.example/1</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><link rel="hub" href="https://hub.example/"/>
<link rel="self" href="/feed"/><entry><title>T</title><link href="/1"/></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "feed_url": "https://paper.example/feed", "items": [],
"hubs": [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "https://hub.example/"}]}"""


@pytest.mark.parametrize("body", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_a_feed_names_its_hub_and_what_it_is_called_there(body: bytes) -> None:
    found = parse_feed(body, FEED)
    assert (found.hub, found.topic) == (HUB, TOPIC)


@pytest.mark.parametrize("hubs", ["x", [1], [{"type": "WebSub"}], [{"type": "WebSub", "url": "javascript:1"}], {}, None])
def test_what_is_no_hub_is_none(hubs: object) -> None:
    import json

    assert parse_feed(json.dumps({"items": [], "hubs": hubs}).encode(), FEED).hub is None


def test_the_header_comes_before_the_feed_and_the_address_is_the_name_for_want_of_another() -> None:
    def answer(link: str) -> Answer:
        return Answer(FEED, 200, httpx.Headers({"link": link} if link else {}))

    listing = Listing(hub="https://other.example/", topic=TOPIC)
    assert hub_of(answer(f'<{HUB}>; rel="hub", <{TOPIC}>; rel=self'), Listing()) == Hub(HUB, TOPIC)
    assert hub_of(answer(f'<{HUB}>; rel="hub"'), listing) == Hub(HUB, TOPIC)
    assert hub_of(answer(f'<{HUB}>; rel="hub"'), Listing()) == Hub(HUB, FEED)
    assert hub_of(answer(""), listing) == Hub("https://other.example/", TOPIC)
    assert hub_of(answer(";;<,"), Listing()) is None


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, False),
        ({"subscribed_at": NOW - timedelta(days=1)}, True),
        ({"subscribed_until": NOW + timedelta(days=5), "subscribed_at": NOW - timedelta(days=5)}, False),
        ({"subscribed_until": NOW + timedelta(days=1), "subscribed_at": NOW - timedelta(days=9)}, True),
        ({"subscribed_until": NOW - HOUR, "subscribed_at": NOW - timedelta(days=9)}, True),
        ({"hub": "https://other.example/"}, True),
        ({"topic": FEED}, True),
        ({"hub": None, "subscribed_at": None}, True),
    ],
)
def test_a_hub_is_asked_first_then_daily_until_it_confirms_then_before_the_end(changes: dict[str, Any], due: bool) -> None:
    assert is_due(ASKED.model_copy(update=changes), Hub(HUB, TOPIC), NOW) is due


@pytest.mark.parametrize(
    ("changes", "fresh", "rests"),
    [
        ({}, False, True),
        ({}, True, True),
        ({"last_polled_at": NOW - HOUR / 2}, True, False),  # news since the last poll, and no push told of it
        ({"pushed_at": None}, False, False),
        ({"subscribed_until": NOW - HOUR}, False, False),
        ({"subscribed_until": None}, False, False),
    ],
)
def test_a_feed_is_polled_rarely_only_while_pushes_arrive(changes: dict[str, Any], fresh: bool, rests: bool) -> None:
    assert rest(LIVE.model_copy(update=changes), fresh, NOW) == (RESTS if rests else timedelta(0))


class _Sources:
    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    async def subscribing(self, source_id: str, feed_url: str, hub: str, topic: str, at: datetime) -> None:
        self.asked.append((source_id, feed_url, hub, topic))


async def asked(
    handler: Callable[[httpx.Request], httpx.Response], hub: str = HUB
) -> tuple[list[tuple[str, ...]], list[httpx.Request]]:
    """What was noted and what was sent."""
    sent: list[httpx.Request] = []

    async def answering(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return handler(request)

    sources = _Sources()
    transport = httpx.MockTransport(answering)
    client = GuardedClient(AddressGuard(allow_list("")), user_agent="t", transport=transport)
    time = FakeTime()
    politeness = Politeness(FakeHosts(), time, time.sleep)
    key = "a key of some length"
    subscriber = Subscriber(client, politeness, sources, "https://news.example", key, lambda: NOW)  # type: ignore[arg-type]
    await subscriber.renew("s", Feed(url=FEED), Hub(hub, TOPIC))
    await client.aclose()
    return sources.asked, sent


def fields(request: httpx.Request) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


async def test_a_hub_is_asked_with_callback_lease_and_secret() -> None:
    noted, [request] = await asked(lambda request: httpx.Response(202))
    assert noted == [("s", FEED, HUB, TOPIC)]
    assert (request.method, str(request.url)) == ("POST", HUB)
    told = fields(request)
    assert (told["hub.mode"], told["hub.topic"], told["hub.lease_seconds"]) == ("subscribe", TOPIC, "864000")
    assert told["hub.callback"].startswith("https://news.example/websub/s/")
    assert len(told["hub.secret"]) == 64


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
async def test_a_hub_that_refuses_harms_nothing(status: int) -> None:
    noted, sent = await asked(lambda request: httpx.Response(status))
    assert (len(noted), len(sent)) == (1, 1)


async def test_a_hub_that_does_not_answer_harms_nothing() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    noted, sent = await asked(broken)
    assert (len(noted), len(sent)) == (1, 1)


async def test_a_poll_finds_the_hub_and_asks_it() -> None:
    async with loopback() as hub, desk() as at:
        hub.routes["/hub"] = Reply(202)
        links = f'<{hub.origin}/hub>; rel="hub", <{at.paper.origin}/feed.xml>; rel="self"'
        at.paper.routes["/feed.xml"] = Reply(200, ATOM, {"Link": links, "Content-Type": "application/atom+xml"})
        client = GuardedClient(AddressGuard(allow_list("127.0.0.1:1024-65535")), user_agent="t")
        time, sources = FakeTime(), _Sources()
        turns = Politeness(FakeHosts(), time, time.sleep)
        subscriber = Subscriber(client, turns, sources, "https://news.example", "a key", time)  # type: ignore[arg-type]
        with_hubs = replace(at.deps, poller=replace(at.deps.poller, subscriber=subscriber))
        await process(Item(at.poll(), "m"), with_hubs)
        await client.aclose()
    assert sources.asked == [("s", f"{at.paper.origin}/feed.xml", f"{hub.origin}/hub", f"{at.paper.origin}/feed.xml")]
    assert [(seen.method, seen.target) for seen in hub.seen] == [("POST", "/hub")]


async def test_a_hub_at_a_private_address_is_not_asked() -> None:
    assert await asked(lambda request: httpx.Response(202), "http://127.0.0.1/hub") == ([], [])
