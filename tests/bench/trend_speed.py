"""How long trends over 24 hours take with half a million documents in a real OpenSearch: the computation that comes every
half minute, with a minute's news to read, and the first of a worker that takes over.

`DOCUMENTS=200000` in the environment for fewer. The documents are synthetic and have what trends look at, nothing else.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.trends.counting import Counting
from services.trends.scoring import Floors
from shared import clock
from shared.search import names
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests.engines import running_opensearch

DOCUMENTS = 500_000
SOURCES, TERMS = 2_000, 400_000
MINUTE_OF_NEWS = 350
SECONDS = 2.0
BULK = 5_000
DAY = timedelta(days=1)
ROUNDS = 5


def documents(number: int, begin: datetime, seconds: float, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`number` documents first seen evenly within `seconds` from `begin`: 3 to 15 terms each, Zipf-like, of 2,000 sources; a
    tenth are copies."""
    chance = random.Random(seed)
    text = 0
    for place in range(number):
        at = clock.iso(begin + timedelta(seconds=seconds * place / number))
        if chance.random() > 0.1:
            text = chance.getrandbits(64)
        yield {
            "article_id": f"{seed}-{place:032x}",
            "source_id": f"source-{int(SOURCES * chance.random() ** 2)}",
            "language": chance.choice(("en", "pt", "de", "fr", "es")),
            "trend_terms": [f"Name {int(TERMS ** chance.random())}" for _ in range(chance.randint(3, 15))],
            "fingerprint": f"{text:016x}",
            "times": {"discovered": at, "indexed": at},
            "published_at": at,
        }


async def fill(client: AsyncOpenSearch, some: Iterator[dict[str, Any]]) -> None:
    lines: list[Any] = []
    for one in some:
        index = names.month_index(datetime.fromisoformat(one["times"]["discovered"]))
        lines += [{"index": {"_index": index, "_id": one["article_id"]}}, one]
        if len(lines) >= 2 * BULK:
            await client.bulk(body=lines, timeout=120)
            lines = []
    if lines:
        await client.bulk(body=lines, timeout=120)
    await client.indices.refresh(index=names.ARTICLES, request_timeout=120)


async def measured(address: str, number: int) -> dict[str, float]:
    """Seconds of wall clock and of this process."""
    settings = Settings(opensearch_url=address)
    async with connect(settings) as client:
        await apply(client, settings)
        now = clock.now()
        begun = time.perf_counter()
        await fill(client, documents(number, now - DAY, DAY.total_seconds() - 60))
        filled = time.perf_counter() - begun
        counting, floors = Counting(client, DAY), Floors(5, 3)
        begun = time.perf_counter()
        await counting.update(now)
        first = time.perf_counter() - begun
        await counting.ranked(now, floors, 50)
        took, spent = [], []
        for number_of in range(ROUNDS):
            now += timedelta(minutes=1)
            minute = documents(MINUTE_OF_NEWS, now - timedelta(minutes=1), 59, seed=2 + number_of)
            await fill(client, minute)
            begun, cpu = time.perf_counter(), time.process_time()
            await counting.update(now)
            best = await counting.ranked(now, floors, 50)
            took.append(time.perf_counter() - begun)
            spent.append(time.process_time() - cpu)
            print(f"{len(best)} trends, {took[-1]:.2f} s, of them {spent[-1]:.2f} s of ours")
    return {"filled": filled, "first": first, "took": sorted(took)[ROUNDS // 2], "spent": sorted(spent)[ROUNDS // 2]}


def main() -> int:
    number = int(os.environ.get("DOCUMENTS") or DOCUMENTS)
    with running_opensearch() as engine:
        found = asyncio.run(measured(engine.address, number))
    value = round(found["took"], 2)
    print(
        json.dumps(
            {
                "name": "trend_speed", "value": value, "unit": "s for trends over 24 h", "floor": SECONDS,
                "ratio": round(SECONDS / value, 3), "documents": number, "cpu_seconds": round(found["spent"], 2),
                "first_seconds": round(found["first"], 1), "filled_in_seconds": round(found["filled"]),
            }
        )
    )  # fmt: skip
    return 0 if value <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
