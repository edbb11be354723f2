"""Live, ready, and why not."""

from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette

from shared.telemetry import metrics
from shared.telemetry.health import routes


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
