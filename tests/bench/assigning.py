"""How fast articles are put into stories, and whether an article costs more when there are more: on a real OpenSearch.

Articles about events of one to twelve reports, in an order that chance decides, indexed and assigned a thousand at a time.
What is measured is from the look into the index to the last write; and `idle_ms`, the median of looks when nothing came
any more. SIZE in the environment is the thousands (default 5).
"""

import asyncio
import json
import os
import random
import sys
import time
from datetime import timedelta
from statistics import median
from typing import Any

import numpy
from opensearchpy import AsyncOpenSearch

from services.trends.assigning import Assigning
from shared import clock
from shared.search import names
from shared.search.client import connect
from shared.search.stories import Stories
from shared.search.templates import apply
from shared.settings import Settings
from tests.engines import running_opensearch

FLOOR = 50.0  # articles a second
FLAT = 0.5  # of the rate at the first thousand, at least, at the last
EACH = 1_000
DIMENSIONS = 512
MARKS = 20
HOURS = 60
IDLE = 9  # looks


def articles(number: int, seed: int = 5) -> list[dict[str, Any]]:
    """Documents as the indexer makes them, as far as stories read them."""
    chance = numpy.random.default_rng(seed)
    order = random.Random(seed)
    found: list[dict[str, Any]] = []
    now = clock.now()
    while len(found) < number:
        event, at = chance.normal(size=DIMENSIONS), now - timedelta(hours=order.uniform(0, HOURS))
        known = ["".join(order.choices("abcdefghij", k=4)) for _ in range(MARKS)]
        for _ in range(order.randint(1, 12)):
            vector = event + chance.normal(size=DIMENSIONS) * 0.75
            seen = at + timedelta(minutes=order.uniform(0, 600))
            found.append(
                {
                    "article_id": f"article-{len(found)}", "source_id": f"source-{order.randrange(300)}", "language": "pt",
                    "title": "A title", "vector": [round(float(one), 6) for one in vector / numpy.linalg.norm(vector)],
                    "marks": [*order.sample(known, MARKS // 2), str(order.randrange(10, 99))],
                    "fingerprint": f"{order.getrandbits(64):016x}",
                    "times": {"discovered": clock.iso(seen)},
                }
            )  # fmt: skip
    order.shuffle(found)
    return found[:number]


async def measured(url: str, thousands: int) -> tuple[list[float], float]:
    """Articles a second, of each thousand; and the seconds of a look when nothing came."""
    settings = Settings(opensearch_url=url)
    client = connect(settings)
    try:
        await apply(client, settings)
        assigning, rates = Assigning(client, timedelta(hours=96)), []
        documents = articles(EACH * thousands)
        for start in range(0, len(documents), EACH):
            await _index(client, documents[start : start + EACH])
            began = time.perf_counter()
            await assigning.assign(clock.now())
            rates.append(EACH / (time.perf_counter() - began))
            print(f"{start + EACH} articles: {rates[-1]:.0f} a second")
        assert len(await Stories(client).places(one["article_id"] for one in documents)) == len(documents)
        idle = list[float]()
        for _ in range(IDLE):
            began = time.perf_counter()
            await assigning.assign(clock.now())
            idle.append(time.perf_counter() - began)
        return rates, median(idle)
    finally:
        await client.close()


async def _index(client: AsyncOpenSearch, documents: list[dict[str, Any]]) -> None:
    for start in range(0, len(documents), 250):
        lines: list[dict[str, Any]] = []
        for one in documents[start : start + 250]:
            one["times"]["indexed"] = clock.iso(clock.now())
            lines += [{"index": {"_index": names.month_index(clock.now()), "_id": one["article_id"]}}, one]
        answer = await client.bulk(body=lines, refresh=True)
        assert not answer["errors"], answer


def main() -> int:
    with running_opensearch() as engine:
        rates, idle = asyncio.run(measured(engine.address, int(os.environ.get("SIZE", "5"))))
    flat = rates[-1] / rates[0]
    print(
        json.dumps(
            {
                "name": "assigning", "value": round(rates[-1]), "unit": "articles/s", "floor": FLOOR,
                "ratio": round(rates[-1] / FLOOR, 2), "by_thousand": [round(rate) for rate in rates], "flat": round(flat, 2),
                "idle_ms": round(idle * 1000),
            }
        )
    )  # fmt: skip
    return 0 if rates[-1] >= FLOOR and flat >= FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
