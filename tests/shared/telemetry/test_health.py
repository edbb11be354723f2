"""Live, ready, and why not."""

import asyncio
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.telemetry import metrics
from shared.telemetry.health import routes, server


@dataclass
class Part:
    """A part of a service that is as it is told to be."""

    dead: str | None = None
    busy: str | None = None

    def not_live(self) -> str | None:
        return self.dead

    def not_ready(self) -> str | None:
        return self.busy


async def get(path: str, *parts: Part) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=routes(parts)))
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        return await client.get(path)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_a_service_whose_parts_are_well_is_well(path: str) -> None:
    answer = await get(path, Part(), Part())
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "reasons": []})


async def test_one_part_that_is_not_ready_says_why_and_costs_no_life() -> None:
    parts = Part(), Part(busy="no assignment yet")
    answer = await get("/health/ready", *parts)
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["no assignment yet"])
    assert (await get("/health/live", *parts)).status_code == 200


async def test_all_reasons_are_told() -> None:
    answer = await get("/health/live", Part(dead="loop stands still"), Part(dead="worker pool stopped"))
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["loop stands still", "worker pool stopped"])


async def test_metrics_are_what_prometheus_reads() -> None:
    metrics.ITEMS.labels("press", "done").inc()
    answer = await get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'babelwire_items_total{result="done",stage="press"} 1.0' in answer.text


async def test_a_server_that_is_told_to_stop_does_not_wait_for_ever_for_an_answer() -> None:
    begun = asyncio.Event()

    async def endless(request: Request) -> Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    serving = server(Starlette(routes=[Route("/", endless)]), "127.0.0.1:0", 0.5)
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.01)
    port = serving.servers[0].sockets[0].getsockname()[1]
    _, asking = await asyncio.open_connection("127.0.0.1", port)
    asking.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.wait()
    serving.should_exit = True
    async with asyncio.timeout(20):
        await task
    asking.close()
