"""The site while OpenSearch is away: a closed port, and one that never answers."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from services.web.store import Store
from shared.search.client import connect
from shared.settings import Settings
from tests.services.web.shelf import reader

SECONDS = 0.3


@pytest.fixture(params=["closed", "silent"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    open_until = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await open_until.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if request.param == "closed":
        server.close()
    found = Store(connect(Settings(opensearch_url=f"http://127.0.0.1:{port}")), SECONDS)
    yield found
    await found.close()
    open_until.set()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "path", ["/", "/latest", "/search?q=x", "/trends", "/day/2026-03-31", "/local/2026-03-31-x.aaaaaaaaaaaaa.html"]
)
async def test_a_page_says_so_within_the_time_limit(store: Store, path: str) -> None:
    async with reader(store) as client:
        began = time.monotonic()
        answer = await client.get(path)
    assert time.monotonic() - began < SECONDS + 2
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert int(answer.headers["retry-after"]) > 0
    assert "cannot be reached just now" in answer.text
    assert "127.0.0.1" not in answer.text


async def test_programs_are_told_in_their_own_way(store: Store) -> None:
    async with reader(store) as client:
        answer = await client.get("/api/v1/articles")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0


async def test_what_needs_no_article_is_still_there(store: Store) -> None:
    async with reader(store) as client:
        for path in ("/health/ready", "/health/live", "/about", "/search", "/static/style.css", "/metrics"):
            assert (await client.get(path)).status_code == 200, path


async def test_what_is_asked_for_still_at_the_end_is_given_up() -> None:
    asked, told = asyncio.Event(), asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await told.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        store = Store(connect(Settings(opensearch_url=f"http://127.0.0.1:{port}")), 60)
        asking = asyncio.create_task(store.withdrawn())
        await asked.wait()
        async with asyncio.timeout(10):
            await store.close()
        assert asking.cancelled()
        told.set()
