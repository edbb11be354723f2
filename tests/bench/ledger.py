"""The ledger as it grows: milliseconds of each operation on a batch of 100, and bytes of an entry, at each of SIZES URLs.

SIZES: `20000,200000,2000000` unless given; the last takes minutes. Entries are written by a bare bulk client, as the stages
would have written them; the operations are the stages' own. `ratio`: the slowest growth of what stages wait for, from the
first size to the last.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.errors import State
from shared.events import Outcome
from shared.ids import source_id, url_id
from shared.search import names
from shared.search.client import connect
from shared.search.ledger import Discovery, Ledger, UrlEntry
from shared.search.sources import PAGE
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines

SIZES = [int(size) for size in os.environ.get("SIZES", "20000,200000,2000000").split(",")]
BULK, BATCH, TIMES = 5000, 100, 7
SOURCES = 5000
WAITED_FOR = ("discover_new", "discover_known", "settle")
MOST_GROWTH = 3.0


def address(number: int) -> str:
    return f"https://paper{number % SOURCES}.example/2026/11/a-headline-of-usual-length-about-something-{number}"


def publisher(number: int) -> str:
    """The source of the URL `number`."""
    return source_id(f"https://paper{number % SOURCES}.example/")


def entry(number: int, now: str) -> dict[str, Any]:
    """As the indexer leaves it; every hundredth is under way."""
    url = address(number)
    state = State.QUEUED if number % 100 == 0 else State.INDEXED if number % 10 else State.DUPLICATE
    found = UrlEntry(
        url_id=url_id(url), url=url, source_id=publisher(number), state=state, discovered_at=clock.now(), at=clock.now(),
        attempt=1,
    )  # fmt: skip
    return found.model_dump(mode="json", exclude_none=True) | {"not_before": now}


async def fill(client: AsyncOpenSearch, start: int, end: int) -> None:
    now = clock.iso(clock.now() + timedelta(hours=1))
    pattern = json.dumps(entry(1, now))
    one, own, source = address(1), url_id(address(1)), publisher(1)
    for first in range(start, end, BULK):
        lines: list[str] = []
        for number in range(first, min(end, first + BULK)):
            url = address(number)
            lines.append(f'{{"create":{{"_id":"{url_id(url)}"}}}}')
            lines.append(pattern.replace(one, url).replace(own, url_id(url)).replace(source, publisher(number)))
        answer = await client.bulk(index=names.LEDGER_URLS, body="\n".join(lines) + "\n")
        assert not answer["errors"]


async def timed(work: Callable[[int], Awaitable[Any]], times: int = TIMES) -> float:
    """Median milliseconds of `work`, which is given the number of the time; the first is to warm up."""
    spent = []
    for number in range(times + 1):
        began = time.perf_counter()
        await work(number)
        spent.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(spent[1:]), 1)


async def measured(client: AsyncOpenSearch, plain: httpx.AsyncClient, size: int) -> dict[str, float]:
    ledger, chosen = Ledger(client), random.Random(size)
    fresh = 1_000_000_000 + size * 1000  # no later size fills so far

    def known() -> list[str]:
        return [address(chosen.randrange(1, size)) for _ in range(BATCH)]

    def discovery(url: str) -> Discovery:
        return Discovery(
            url_id=url_id(url), url=url, source_id=source_id(url), discovered_at=clock.now(), discovered_by="bench"
        )

    async def discover_new(number: int) -> None:
        found = await ledger.discover([discovery(address(fresh + number * BATCH + n)) for n in range(BATCH)])
        assert all(one.fresh for one in found)

    async def discover_known(number: int) -> None:
        await ledger.discover([discovery(url) for url in known()])

    async def settle(number: int) -> None:
        await ledger.settle(
            [
                Outcome(
                    url_id=url_id(url), url=url, source_id=source_id(url), state=State.INDEXED, stage="indexer",
                    at=clock.now(), attempt=2,
                )
                for url in (address(fresh + number * BATCH + n) for n in range(BATCH))
            ]
        )  # fmt: skip

    async def read(number: int) -> None:
        assert await ledger.urls([url_id(url) for url in known()])

    async def overdue(number: int) -> None:
        await ledger.overdue(clock.now(), 500)

    async def counts(number: int) -> None:
        await ledger.counts()

    async def ends(number: int) -> None:
        for first in range(0, SOURCES, PAGE):
            ids = [publisher(number) for number in range(first, min(first + PAGE, SOURCES))]
            assert await ledger.ends(clock.now() - timedelta(days=3), ids)

    works = {one.__name__: one for one in (discover_new, discover_known, settle, read, overdue, counts)}
    found = {name: await timed(work) for name, work in works.items()}
    found["ends"] = await timed(ends, 1)
    await plain.post(f"/{names.LEDGER_URLS}/_flush")
    stats = (await plain.get(f"/{names.LEDGER_URLS}/_stats/store,docs")).json()["_all"]["primaries"]
    found["bytes_an_entry"] = round(stats["store"]["size_in_bytes"] / stats["docs"]["count"])
    return found


async def measure(opensearch: str) -> int:
    settings = Settings(opensearch_url=opensearch)
    client = connect(settings)
    await apply(client, settings)
    figures: dict[int, dict[str, float]] = {}
    start = 1
    async with httpx.AsyncClient(base_url=opensearch, timeout=120, trust_env=False) as plain:
        for size in SIZES:
            began = time.perf_counter()
            await fill(client, start, size)
            print(f"{size} URLs, written in {time.perf_counter() - began:.0f} s", flush=True)
            start = size
            await client.indices.refresh(index=names.LEDGER_URLS)
            figures[size] = await measured(client, plain, size)
            print(json.dumps(figures[size]), flush=True)
    await client.close()
    first, last = figures[SIZES[0]], figures[SIZES[-1]]
    growth = max(last[name] / first[name] for name in WAITED_FOR)
    result = {
        "name": "ledger", "value": last["discover_new"], "unit": f"ms to enter {BATCH} URLs among {SIZES[-1]}",
        "floor": first["discover_new"], "ratio": round(growth, 2), "most_ratio": MOST_GROWTH, "sizes": figures,
    }  # fmt: skip
    print(json.dumps(result))
    return int(growth > MOST_GROWTH)


def main() -> int:
    with engines.running_opensearch() as opensearch:
        return asyncio.run(measure(opensearch.address))


if __name__ == "__main__":
    sys.exit(main())
