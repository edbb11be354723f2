"""What a hub is answered, on a real index."""

import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from opensearchpy import AsyncOpenSearch

from services.web.app import site
from services.web.pushes import LARGEST, Pushes
from services.web.settings import WebSettings
from services.web.store import Store
from shared import clock, ids, websub
from shared.search.sources import Feed, PollResult, Source, Sources

pytestmark = pytest.mark.engines
KEY = "a key of some length"
FEED, HUB, TOPIC = "https://paper.example/rss", "https://hub.example/", "https://paper.example/feed"
PATH = f"/websub/s/{ids.url_id(FEED)}"
WANTED = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c4f3", "hub.lease_seconds": "864000"}
BODY = b"<rss/>"


@pytest.fixture
async def sources(client: AsyncOpenSearch) -> Sources:
    """One source whose feed was polled an hour ago and is due tomorrow, and a hub that was asked."""
    sources, now = Sources(client), clock.now()
    await sources.add([Source(id="s", name="Paper", home_page="https://paper.example/", feeds=(Feed(url=FEED),))])
    await sources.polled("s", FEED, PollResult(now - timedelta(hours=1), "new", now + timedelta(days=1)))
    await sources.subscribing("s", FEED, HUB, TOPIC, now)
    return sources


@pytest.fixture
async def web(client: AsyncOpenSearch, sources: Sources) -> AsyncIterator[httpx.AsyncClient]:
    app = site(WebSettings(), Store(client, 20), pushes=Pushes(sources, KEY))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://news.example") as web:
        yield web


async def feed(sources: Sources) -> Feed:
    source = await sources.get("s", fresh=True)
    assert source is not None
    return source.feeds[0]


def signature(body: bytes) -> dict[str, str]:
    key = websub.secret(KEY, ids.url_id(FEED), TOPIC)
    return {"X-Hub-Signature": f"sha256={hmac.new(key.encode(), body, sha256).hexdigest()}"}


async def test_the_hub_hears_that_we_meant_it_and_the_lease_is_noted(web: httpx.AsyncClient, sources: Sources) -> None:
    answer = await web.get(PATH, params=WANTED)
    assert (answer.status_code, answer.text) == (200, "c4f3")
    assert answer.headers["content-type"].startswith("text/plain")
    until = (await feed(sources)).subscribed_until
    assert until is not None
    assert timedelta(days=9) < until - clock.now() <= timedelta(days=10)


@pytest.mark.parametrize(
    "changes",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "denied"},
        {"hub.topic": FEED},
        {"hub.challenge": ""},
        {"hub.challenge": "x" * 5000},
        {"hub.lease_seconds": "-1"},
        {"hub.lease_seconds": "many"},
    ],
)
async def test_what_was_not_meant_is_not_found(web: httpx.AsyncClient, sources: Sources, changes: dict[str, str]) -> None:
    assert (await web.get(PATH, params=WANTED | changes)).status_code == 404
    assert (await feed(sources)).subscribed_until is None


async def test_a_lease_for_ever_is_one_of_a_month(web: httpx.AsyncClient, sources: Sources) -> None:
    assert (await web.get(PATH, params=WANTED | {"hub.lease_seconds": "9" * 40})).status_code == 200
    until = (await feed(sources)).subscribed_until
    assert until is not None
    assert until - clock.now() <= timedelta(days=30)


async def test_a_push_makes_the_feed_due_and_nothing_more(web: httpx.AsyncClient, sources: Sources) -> None:
    assert (await web.post(PATH, content=BODY, headers=signature(BODY))).status_code == 202
    found = await feed(sources)
    assert found.pushed_at is not None
    assert found.due_at() <= clock.now()
    assert found.last_result == "new"


async def test_two_pushes_at_once_are_one_poll_a_minute(web: httpx.AsyncClient, sources: Sources) -> None:
    now = clock.now()
    await sources.polled("s", FEED, PollResult(now, "new", now + timedelta(days=1)))
    for _ in range(2):
        assert (await web.post(PATH, content=BODY, headers=signature(BODY))).status_code == 202
    due = (await feed(sources)).due_at()
    assert timedelta(seconds=50) < due - now <= timedelta(seconds=61)


@pytest.mark.parametrize("headers", [{}, {"X-Hub-Signature": "sha256=" + "0" * 64}, signature(b"other")])
async def test_a_push_that_is_not_rightly_signed_does_nothing_and_hears_nothing(
    web: httpx.AsyncClient, sources: Sources, headers: dict[str, str]
) -> None:
    before = await feed(sources)
    assert (await web.post(PATH, content=BODY, headers=headers)).status_code == 202
    assert await feed(sources) == before


async def test_a_push_too_large_to_be_verified_is_refused(web: httpx.AsyncClient, sources: Sources) -> None:
    before = await feed(sources)
    assert (await web.post(PATH, content=b"x" * (LARGEST + 1))).status_code == 413
    assert await feed(sources) == before


@pytest.mark.parametrize("path", ["/websub/other/f", "/websub/s/other"])
async def test_nobody_is_told_which_feeds_there_are(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.post(path, content=BODY)).status_code == 404
    assert (await web.get(path, params=WANTED)).status_code == 404


async def test_without_the_setting_there_is_no_such_address(client: AsyncOpenSearch) -> None:
    app = site(WebSettings(), Store(client, 20))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://news.example") as web:
        assert (await web.post(PATH, content=BODY, headers=signature(BODY))).status_code == 404
