"""The scheduler with very many sources: what a tick takes (finding what is due, leasing it), and what its regular looks at
all sources take, in seconds, processor time and memory; at a hundredth of SOURCES (200,000 unless given) and at all.

`ratio`: growth of a tick. What is looked at less often may grow with the sources, but has to fit into its interval.
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from services.scheduler import yields
from services.scheduler.stage import Deps, tick
from services.scheduler.works import ends_of
from services.scheduler.works import measure as gauges
from shared import clock
from shared.ids import source_id
from shared.search import names
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.sources import Feed, Source, Sources
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines

SOURCES = int(os.environ.get("SOURCES", "200000"))
DUE_A_TICK = 200  # the scheduler's own most, each second
BULK, TICKS = 2000, 5
MOST_GROWTH, GAUGES_SECONDS = 3.0, 15.0


def source(number: int, at_once: bool) -> Source:
    """Due at once, or by and by within the next hours."""
    home = f"https://paper{number}.example/"
    due = clock.now() + timedelta(hours=-1 if at_once else 1 + number % 6)
    feed = Feed(url=f"{home}feed.xml", next_poll_at=due, last_result="ok", last_polled_at=clock.now())
    return Source(id=source_id(home), name=f"Paper {number}", home_page=home, feeds=(feed,), country="PT", language="pt")


async def fill(settings: Settings, start: int, end: int) -> None:
    async with connect(settings) as client:
        for first in range(start, end, BULK):
            lines = []
            for number in range(first, min(end, first + BULK)):
                one = source(number, number - start < DUE_A_TICK * (TICKS + 1))
                lines += [json.dumps({"create": {"_id": one.id}}), one.model_dump_json()]
            answer = await client.bulk(index=names.SOURCES, body="\n".join(lines) + "\n")
            assert not answer["errors"]
        await client.indices.refresh(index=names.SOURCES)


async def taken(work: Callable[[], Awaitable[Any]]) -> dict[str, float]:
    began, spent = time.perf_counter(), time.process_time()
    await work()
    return {"seconds": round(time.perf_counter() - began, 3), "cpu": round(time.process_time() - spent, 3)}


async def measured(settings: Settings) -> dict[str, Any]:
    async with connect(settings) as client:
        ledger, sources = Ledger(client), Sources(client)
        deps = Deps(sources, "bench", DUE_A_TICK)
        ticks, requests = [], 0

        async def one_tick() -> None:
            nonlocal requests
            requests = len(await tick(clock.now(), deps))

        for _ in range(TICKS + 1):
            await client.indices.refresh(index=names.SOURCES)
            ticks.append(await taken(one_tick))

        async def ends() -> None:
            yields.show(await ends_of(sources, ledger))

        return {
            "tick": sorted(ticks[1:], key=lambda one: one["seconds"])[TICKS // 2],
            "requests_of_the_last_tick": requests,
            "gauges": await taken(lambda: gauges(ledger, sources)),
            "yields": await taken(ends),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


async def measure(opensearch: str) -> int:
    settings = Settings(opensearch_url=opensearch)
    async with connect(settings) as client:
        await apply(client, settings)
    figures: dict[int, dict[str, Any]] = {}
    start = 0
    for size in (SOURCES // 100, SOURCES):
        await fill(settings, start, size)
        start = size
        figures[size] = await measured(settings)
        print(size, json.dumps(figures[size]), flush=True)
    few, many = figures[SOURCES // 100], figures[SOURCES]
    growth = many["tick"]["seconds"] / max(few["tick"]["seconds"], 0.01)
    result = {
        "name": "scheduling", "value": many["tick"]["seconds"], "unit": f"s for a tick with {SOURCES} sources",
        "floor": few["tick"]["seconds"], "ratio": round(growth, 2), "most_ratio": MOST_GROWTH, "sources": figures,
    }  # fmt: skip
    print(json.dumps(result))
    return int(growth > MOST_GROWTH or many["gauges"]["seconds"] > GAUGES_SECONDS)


def main() -> int:
    with engines.running_opensearch() as opensearch:
        return asyncio.run(measure(opensearch.address))


if __name__ == "__main__":
    sys.exit(main())
