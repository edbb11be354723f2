"""The site over an archive of synthetic articles: how long an article's page, the front page and a search take at 50
requests a second, 80 % of them for what was not asked for before; cold (just started) and warm.

`ARTICLES` in the environment: how many, 50,000 if not given, `VECTORS` of them with a vector (all); `RATE`: requests a
second; `FILLED`: the address of an OpenSearch with the archive, to fill none. The limit: 95 % within 50 ms. The
load is open: a request goes out when its time has come, whatever became of those before, and its time counts from then.
"""

import asyncio
import gc
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import islice
from statistics import median

import aiohttp
import httpx
from opensearchpy import AsyncOpenSearch

from services.indexer.document import text
from services.web.addresses import article_path
from services.web.rights import granted
from shared import ids
from shared.days import day
from shared.events import TranslatedArticle
from shared.search import names
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests.bench.generators.archive import Archive
from tests.engines import running_opensearch
from tests.integration.bench import Worker

LIMIT_SECONDS = 0.050
RATE, SECONDS, DISTINCT = int(os.environ.get("RATE", "50")), 30, 0.8
BATCH = 250
KINDS = ("article", "front", "search")
FAILED = "failed"
READER = {"Accept-Encoding": "gzip"}
SEED = 7


async def fill(client: AsyncOpenSearch, archive: Archive, vectors: int | None) -> None:
    """Indexes the archive and lets it settle. While one batch is indexed the next is written."""
    articles, done = archive.articles(vectors), 0

    def written_next() -> list[dict[str, object]]:
        lines: list[dict[str, object]] = []
        for one, vector in islice(articles, BATCH):
            place = {"_index": names.month_index(one.times.discovered), "_id": one.article_id}
            lines += [{"index": place}, written(one, vector)]
        return lines

    lines = await asyncio.to_thread(written_next)
    while lines:
        indexing = client.bulk(body=lines, params={"request_timeout": 300})
        answer, lines = await asyncio.gather(indexing, asyncio.to_thread(written_next))
        assert not answer["errors"], answer["items"][0]
        done += len(answer["items"])
        if done % 5_000 == 0:
            print(f"{done} articles", file=sys.stderr)
    await client.indices.refresh(index=names.ARTICLES, params={"request_timeout": 300})


def written(article: TranslatedArticle, vector: list[float] | None) -> dict[str, object]:
    """The document of `article`, without what the site never asks for: its fingerprint and its terms."""
    body = article.model_dump(mode="json")
    body |= {
        "shortid": ids.shortid(article.article_id),
        "day": day(article.published_at, article.times.discovered).isoformat(),
    }
    body |= {"text_en": text(article.translation.blocks), "text_original": text(article.blocks)}
    return body | ({"vector": vector} if vector else {})


async def some_paths(client: AsyncOpenSearch, number: int) -> list[str]:
    """Paths of `number` articles drawn from all."""
    drawn = {"function_score": {"query": {"match_all": {}}, "random_score": {"seed": SEED, "field": "_seq_no"}}}
    fields = {"excludes": ["vector", "text_en", "text_original"]}
    body = {"size": min(number, 10_000), "query": drawn, "_source": fields}
    answer = await client.search(index=names.ARTICLES, body=body, params={"request_timeout": 120})
    return [article_path(granted(TranslatedArticle.model_validate(hit["_source"]))) for hit in answer["hits"]["hits"]]


def asked(paths: Sequence[str], queries: Sequence[str], number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and path of each request: six articles, one front page and three searches in ten; one article or search in five
    is one of a few that are asked for again and again."""
    drawn = random.Random(seed)
    new_paths, new_queries = iter(drawn.sample(list(paths), min(number, len(paths)))), iter(queries)
    for _ in range(number):
        kind = drawn.choices(KINDS, (6, 1, 3))[0]
        again = drawn.random() > DISTINCT
        if kind == "front":
            yield kind, "/"
        elif kind == "article":
            yield kind, drawn.choice(paths[:20]) if again else next(new_paths)
        else:
            yield kind, "/search?q=" + (drawn.choice(queries[:20]) if again else next(new_queries)).replace(" ", "+")


async def load(address: str, requests: list[tuple[str, str]]) -> dict[str, list[float]]:
    """The seconds that each request took, by kind."""
    took: dict[str, list[float]] = defaultdict(list)
    # Not httpx, which takes as much of the processors for a request as some pages do.
    connections = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(address, connector=connections, auto_decompress=False, headers=READER) as client:
        began = time.monotonic() + 0.1

        async def one(place: int, kind: str, path: str) -> None:
            due = began + place / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                async with client.get(path) as answer:
                    await answer.read()
                    right = answer.status == 200
            except aiohttp.ClientError:
                right = False
            took[kind if right else FAILED].append(time.monotonic() - due)

        await asyncio.gather(*(one(place, *request) for place, request in enumerate(requests)))
    return took


def p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)] if seconds else float("inf")


async def measured(url: str, count: int, vectors: int | None) -> dict[str, object]:
    settings = Settings(opensearch_url=url)
    archive = Archive(count, datetime.now(UTC), SEED)
    async with connect(settings) as client:
        if not os.environ.get("FILLED"):
            await apply(client, settings)
            await fill(client, archive, vectors)
        paths = await some_paths(client, 2 * RATE * SECONDS)
        segments = await client.cat.count(index=names.ARTICLES, params={"format": "json"})
    number = RATE * SECONDS
    queries = archive.queries(2 * number, SEED)
    worker = await Worker("services.web", settings=settings, BABELWIRE_WEB_REQUESTS_PER_MINUTE="0").start()
    figures: dict[str, object] = {"articles": int(segments[0]["count"]), "requests_per_second": RATE}
    gc.disable()
    try:
        await worker.ready()
        address = f"http://127.0.0.1:{worker.port}"
        for run, seed in (("cold", 1), ("warm", 2)):
            requests = list(asked(paths, queries[(seed - 1) * number :], number, seed))
            took = await load(address, requests)
            figures[f"{run}_failed"] = len(took[FAILED])
            figures |= {f"{run}_{kind}_p95_ms": round(p95(took[kind]) * 1000, 1) for kind in KINDS}
            figures |= {f"{run}_{kind}_p50_ms": round(median(took[kind] or [0]) * 1000, 1) for kind in KINDS}
        async with httpx.AsyncClient(base_url=address) as client_:
            sizes = [len((await client_.get(path)).content) for path in ("/", paths[0], "/search?q=" + queries[0])]
        figures["largest_page_kb"] = round(max(sizes) / 1000, 1)
        figures["memory_mb"] = round(await worker.metric("process_resident_memory_bytes") / 1e6)
    finally:
        await worker.kill(signal.SIGTERM)
    return figures


def main() -> int:
    filled = os.environ.get("FILLED")
    vectors = int(os.environ["VECTORS"]) if "VECTORS" in os.environ else None
    count = int(os.environ.get("ARTICLES", "50000"))
    with nullcontext() if filled else running_opensearch() as engine:
        address = engine.address if engine else str(filled)
        figures = asyncio.run(measured(address, count, vectors))
    worst = max(float(str(figures[f"warm_{kind}_p95_ms"])) for kind in KINDS)
    limit = LIMIT_SECONDS * 1000
    result = {"name": "web", "value": worst, "unit": "ms", "floor": limit, "ratio": round(limit / worst, 2)}
    print(json.dumps(result | figures))
    failed = int(str(figures["cold_failed"])) + int(str(figures["warm_failed"]))
    return 0 if worst <= limit and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
