import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from services.web.app import watch
from services.web.copies import OVERHEAD, Copies
from shared.errors import Unavailable
from tests.services.web.articles import SEEN

PAGE = '<html><main id="main" tabindex="-1">{}</main></html>'


class Origin:
    """Answers each request with what it is told, and counts."""

    def __init__(self) -> None:
        self.status, self.says, self.asked = 200, "one", 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.ticks = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self.gate.wait()
        kept = b"public, max-age=30" if self.status == 200 else b"no-store"
        headers = [(b"cache-control", kept), (b"etag", self.says.encode()), (b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE.format(self.says).encode()})

    def now(self) -> datetime:
        return SEEN + timedelta(seconds=self.ticks)


@pytest.fixture
def origin() -> Origin:
    return Origin()


@pytest.fixture
def copies(origin: Origin) -> Copies:
    return Copies(origin, seconds=30, most=10 * OVERHEAD, ticks=lambda: origin.ticks, now=origin.now)


@pytest.fixture
def client(copies: Copies) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=copies), base_url="http://wire.test")


async def settled(copies: Copies) -> None:
    while copies._making:
        await asyncio.sleep(0)


async def test_a_page_is_made_once_for_all_who_ask_at_the_same_time(origin: Origin, client: httpx.AsyncClient) -> None:
    origin.gate.clear()
    asking = [asyncio.create_task(client.get("/")) for _ in range(5)]
    await asyncio.sleep(0)
    origin.gate.set()
    assert {answer.text for answer in await asyncio.gather(*asking)} == {PAGE.format("one")}
    assert origin.asked == 1


async def test_in_its_second_half_a_copy_is_shown_while_a_new_one_is_made(
    origin: Origin, copies: Copies, client: httpx.AsyncClient
) -> None:
    await client.get("/")
    origin.says = "two"
    origin.ticks = 14
    answer = await client.get("/")
    assert (answer.text, answer.headers["age"], origin.asked) == (PAGE.format("one"), "14", 1)
    origin.ticks = 16
    assert "one" in (await client.get("/")).text
    await settled(copies)
    answer = await client.get("/")
    assert ("two" in answer.text, "age" in answer.headers, origin.asked) == (True, False, 2)


async def test_a_page_last_changed_when_it_was_first_so(origin: Origin, client: httpx.AsyncClient) -> None:
    first = (await client.get("/")).headers["last-modified"]
    origin.ticks = 100
    assert (await client.get("/")).headers["last-modified"] == first
    origin.says, origin.ticks = "two", 200
    assert (await client.get("/")).headers["last-modified"] != first


async def test_copies_take_no_more_memory_than_they_may(origin: Origin, copies: Copies, client: httpx.AsyncClient) -> None:
    for number in range(50):
        await client.get(f"/{number}")
        assert copies.bytes <= 10 * OVERHEAD
    asked = origin.asked
    await client.get("/49")
    assert origin.asked == asked
    origin.says = "x" * 20 * OVERHEAD
    await client.get("/large")
    assert copies.bytes <= 10 * OVERHEAD


async def test_what_is_gone_is_gone_at_the_next_look(origin: Origin, copies: Copies, client: httpx.AsyncClient) -> None:
    await client.get("/")
    origin.status, origin.ticks = 410, 16
    await client.get("/")
    await settled(copies)
    assert (await client.get("/")).status_code == 410
    assert copies.bytes == 0


async def test_while_the_index_is_away_an_old_copy_says_how_old_it_is(origin: Origin, client: httpx.AsyncClient) -> None:
    await client.get("/")
    await client.get("/api/v1/articles")
    origin.status, origin.ticks = 503, 600
    for _ in range(2):
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "one" in answer.text
        assert "This page is as it was on" in answer.text
        assert "31 March 2026, 22:30 UTC" in answer.text
    assert (await client.get("/never-seen")).status_code == 503
    assert (await client.get("/api/v1/articles")).status_code == 503
    origin.ticks = 4000
    assert (await client.get("/")).status_code == 503


async def test_whoever_brings_a_token_gets_no_copy_and_leaves_none(origin: Origin, client: httpx.AsyncClient) -> None:
    for headers in ({"Authorization": "Bearer x"}, {"Authorization": "Bearer x"}, {}, {}):
        await client.get("/", headers=headers)
    assert origin.asked == 3


class Ledger:
    def __init__(self) -> None:
        self.count: int | None = 3
        self.looked = 0

    async def withdrawn(self) -> int:
        self.looked += 1
        if self.count is None:
            raise Unavailable("opensearch", "away")
        return self.count


async def test_a_takedown_clears_all_copies_and_an_outage_none(
    copies: Copies, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.web.app.WATCH_SECONDS", 0)
    ledger = Ledger()
    watching = asyncio.create_task(watch(ledger, [copies]))  # type: ignore[arg-type]

    async def looked() -> None:
        seen = ledger.looked + 2
        while ledger.looked < seen:
            await asyncio.sleep(0)

    try:
        await client.get("/")
        await looked()
        ledger.count = None
        await looked()
        assert copies.bytes
        ledger.count = 4
        await looked()
        assert not copies.bytes
    finally:
        watching.cancel()


async def test_what_was_being_made_while_something_was_taken_down_is_not_kept(
    origin: Origin, copies: Copies, client: httpx.AsyncClient
) -> None:
    origin.gate.clear()
    asking = asyncio.create_task(client.get("/"))
    while not origin.asked:
        await asyncio.sleep(0)
    copies.clear()
    origin.gate.set()
    assert (await asking).status_code == 200
    assert not copies.bytes
