"""How long a search and "You may like" take over an archive of synthetic articles with vectors, while others are indexed.

`ARTICLES` in the environment: how many, 50,000 if not given; `FILLED`: the address of an OpenSearch with the archive, to
fill none (tests/bench/web.py fills the same); `RATE`: searches a second, 10; `NEWS`: articles indexed a second meanwhile,
10. A search is what the page does: two words, four of five never asked before, ten results with quotes and facets. The
load is open: what comes late counts from when it was due. The limit: 95 % within 50 ms.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from itertools import islice
from statistics import median

from opensearchpy import AsyncOpenSearch

from services.web.cards import cards
from services.web.queries import Wanted
from services.web.searching import MOST
from services.web.store import Store, Withdrawn
from shared import clock, ids
from shared.search import names
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests.bench.generators.archive import Archive
from tests.bench.web import DISTINCT, LIMIT_SECONDS, fill, p95, written
from tests.engines import running_opensearch

RATE, NEWS = int(os.environ.get("RATE", "10")), int(os.environ.get("NEWS", "10"))
SECONDS, SEED, ALIKE = 30, 7, 6


async def indexing(client: AsyncOpenSearch) -> None:
    """Indexes NEWS articles a second, one bulk each second, until it is cancelled."""
    news = Archive(1_000_000, clock.now(), SEED + 1).articles()
    while True:
        due = time.monotonic() + 1
        lines: list[dict[str, object]] = []
        for one, vector in islice(news, NEWS):
            lines += [{"index": {"_index": names.month_index(clock.now()), "_id": one.article_id}}, written(one, vector)]
        if lines:
            await client.bulk(body=lines)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def at_rate(number: int, work: Callable[[int], Awaitable[object]]) -> list[float]:
    """The seconds that each of `number` took from when it was due."""
    took, began = list[float](), time.monotonic() + 0.1

    async def one(place: int) -> None:
        due = began + place / RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await work(place)
        took.append(time.monotonic() - due)

    await asyncio.gather(*(one(place) for place in range(number)))
    return took


async def measured(url: str, count: int) -> dict[str, object]:
    settings, archive, number = Settings(opensearch_url=url), Archive(count, clock.now(), SEED), RATE * SECONDS
    drawn = random.Random(SEED)
    words = archive.queries(2 * number, SEED)
    asked = [words[place] if drawn.random() < DISTINCT else words[place % 20] for place in range(2 * number)]
    async with connect(settings) as client, connect(settings) as other:
        if not os.environ.get("FILLED"):
            await apply(client, settings)
            await fill(client, archive, None)
        body = {"size": number, "_source": ["article_id"], "query": {"function_score": {"random_score": {}}}}
        hits = (await client.search(index=names.ARTICLES, body=body))["hits"]["hits"]
        store = Store(client, 30.0)

        async def search(place: int) -> None:
            cards((await store.listing(Wanted(words=asked[place]), MOST, faceted=True)).found)

        async def alike(place: int) -> None:
            article = shown[place % len(shown)]
            await store.similar(article, ALIKE)

        figures: dict[str, object] = {
            "articles": (await client.count(index=names.ARTICLES))["count"],
            "requests_per_second": RATE,
        }
        read = [await store.article(ids.shortid(hit["_source"]["article_id"])) for hit in hits[:200]]
        shown = [one for one in read if one and not isinstance(one, Withdrawn)]
        runs = {"quiet": 0, "indexing": number}
        for run, first in runs.items():
            news = asyncio.create_task(indexing(other)) if run == "indexing" else None
            for kind, work in (("search", search), ("alike", alike)):
                took = await at_rate(number, lambda place, work=work, first=first: work(first + place))  # type: ignore[misc]
                figures[f"{run}_{kind}_p95_ms"] = round(p95(took) * 1000, 1)
                figures[f"{run}_{kind}_p50_ms"] = round(median(took) * 1000, 1)
            if news:
                news.cancel()
                await asyncio.wait([news])
    return figures


def main() -> int:
    filled = os.environ.get("FILLED")
    with nullcontext() if filled else running_opensearch() as engine:
        address = engine.address if engine else str(filled)
        figures = asyncio.run(measured(address, int(os.environ.get("ARTICLES", "50000"))))
    worst = max(float(str(figures[f"indexing_{kind}_p95_ms"])) for kind in ("search", "alike"))
    limit = LIMIT_SECONDS * 1000
    result = {"name": "asking", "value": worst, "unit": "ms", "floor": limit, "ratio": round(limit / worst, 2)}
    print(json.dumps(result | figures))
    return 0 if worst <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
