"""The four stages, each a process, on a real Kafka and OpenSearch, over hundreds of saved real pages (../shared/replay).

Processor time of each stage for a page, against the bare libraries' for the same pages in the same run; three loads, each
four times the one before, of pages and of hosts; then half the rate, and how long an article takes from the request for its
page until a search finds it. Only Portuguese has a model here, the rest passes through the translator.

The engines' own time is stated, and so is the embedding's, which none of the bare libraries does. PROFILE=folder: cProfile's
files of the stages there.
"""

import asyncio
import json
import os
import statistics
import sys
import time
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import trafilatura
from aiokafka import AIOKafkaConsumer, TopicPartition
from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_streaming_bulk

from console.native.engine import Engine
from services.indexer.embedding import _embed, pieces
from services.translator.engines import firefox_worker
from services.translator.models import Shelf
from services.translator.segments import split
from shared import clock, topics
from shared.errors import State
from shared.events import FetchRequest, Outcome, TranslatedArticle
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.admin import apply_topics
from shared.kafka.publisher import Publisher
from shared.search import names
from shared.search.client import connect
from shared.search.sources import Source, Sources
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines
from tests.bench.race.mirror import Mirror, mirror
from tests.bench.race.watching import family_seconds
from tests.integration.bench import Worker
from tests.integration.politeness import REPLAY

SETS = "fundus,fundus_eval,turing,waddle,wcxb,traf_eval,postlight,newspaper4k,htmldate_mc,mcmeta_nogt"
STAGES = ("fetcher", "extractor", "translator", "indexer")
WARM, LOADS, HALF_LOAD = 60, (50, 200, 800), 240
MOST_RATIO, LEAST_RATE, MOST_P95 = 1.25, 15.0, 10.0
PROFILE = os.environ.get("PROFILE", "")


class System:
    """The stages at work, and what became of each page."""

    def __init__(self, settings: Settings, press: Mirror, engines_at_work: dict[str, Engine]) -> None:
        self.settings, self.press, self._engines = settings, press, engines_at_work
        self.workers: dict[str, Worker] = {}
        self.ended: dict[str, tuple[State, str]] = {}
        self.publisher = Publisher(settings)

    async def start(self) -> None:
        for stage in STAGES:
            port = {"settings": self.settings, **self._environment()}
            if PROFILE:
                file = str(Path(PROFILE) / f"{stage}.prof")
                worker = Worker("cProfile", "-o", file, "-m", f"services.{stage}", **port)
                worker._environment[f"BABELWIRE_{stage.upper()}_LISTEN"] = f"127.0.0.1:{worker.port}"
            else:
                worker = Worker(f"services.{stage}", **port)
            self.workers[stage] = await worker.start()
        for worker in self.workers.values():
            await worker.ready()

    def _environment(self) -> dict[str, Any]:
        return {
            "BABELWIRE_FETCHER_PROXY": self.press.address, "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": "0",
            "BABELWIRE_FETCHER_MAX_AGE_DAYS": "0", "BABELWIRE_EXTRACTOR_IGNORE_RESERVATIONS": "true",
            "BABELWIRE_KAFKA_SESSION_SECONDS": str(self.settings.kafka_session_seconds),  # tests have a short one
            "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip

    def spent(self) -> dict[str, float]:
        """Processor seconds until now, of stages and engines."""
        pids = {name: worker.pid for name, worker in self.workers.items()}
        pids |= {name: engine.pid for name, engine in self._engines.items()}
        return {name: family_seconds(pid) for name, pid in pids.items()}

    async def ask(self, *urls: str) -> None:
        now = clock.now()
        wanted = [
            FetchRequest(url_id=url_id(u), url=u, source_id="s", kind="article", reason="discovered", discovered_at=now)
            for u in urls
        ]
        await self.publisher.publish(list(wanted), source="bench", cause=uuid.uuid4().hex)

    async def all_end(self, urls: list[str], seconds: float = 300) -> None:
        async with asyncio.timeout(seconds):
            while not all(url_id(url) in self.ended for url in urls):
                await asyncio.sleep(0.05)

    def indexed(self, urls: list[str]) -> list[str]:
        return [url for url in urls if url_id(url) in self.ended and self.ended[url_id(url)][0] == State.INDEXED]

    async def watch(self) -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap)
        await reader.start()
        reader.assign([TopicPartition(topics.OUTCOMES.name, n) for n in range(topics.OUTCOMES.partitions)])
        try:
            async for record in reader:
                event = envelope.open_message(record.value, record.headers).event
                if isinstance(event, Outcome) and event.state != State.QUEUED:
                    self.ended.setdefault(event.url_id, (event.state, event.reason))
        finally:
            await reader.stop()

    async def stop(self) -> None:
        for worker in self.workers.values():
            await worker.kill(15)
        await self.publisher.__aexit__()


async def load(system: System, urls: list[str]) -> dict[str, Any]:
    """All at once: articles per second and processor milliseconds for each."""
    before, began = system.spent(), time.perf_counter()
    for start in range(0, len(urls), 200):
        await system.ask(*urls[start : start + 200])
    await system.all_end(urls)
    took, after = time.perf_counter() - began, system.spent()
    articles = len(system.indexed(urls))
    return {
        "pages": len(urls), "hosts": len({url.split("/")[2] for url in urls}), "articles": articles,
        "pages_a_second": round(len(urls) / took, 1), "articles_a_second": round(articles / took, 1),
        "cpu_ms_a_page": {name: round(1000 * (after[name] - before[name]) / len(urls), 1) for name in after},
    }  # fmt: skip


async def delays(system: System, client: AsyncOpenSearch, urls: list[str], rate: float) -> list[float]:
    """Seconds from the request for each page until its article is found, `rate` pages asked for a second."""
    asked: dict[str, float] = {}
    found: dict[str, float] = {}

    async def look() -> None:
        while True:
            body = {"size": 5000, "_source": ["url_id"], "query": {"match_all": {}}}
            answer = await client.search(index=names.ARTICLES, body=body)
            for hit in answer["hits"]["hits"]:
                found.setdefault(hit["_source"]["url_id"], time.perf_counter())
            await asyncio.sleep(0.3)

    looking = asyncio.create_task(look())
    began = time.perf_counter()
    for number, url in enumerate(urls):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        asked[url] = time.perf_counter()
        await system.ask(url)
    await system.all_end(urls)
    await asyncio.sleep(2 + system.settings.refresh_seconds)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    return [found.get(url_id(url), float("inf")) - asked[url] for url in system.indexed(urls)]


def extracted_by_two(bodies: list[bytes]) -> float:
    """Processor seconds of trafilatura alone, in two processes, which slow each other as our workers do."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(extracted, bodies[:40]))
        return sum(pool.map(extracted, bodies))


def extracted(body: bytes) -> float:
    """Processor seconds of one page."""
    began = time.process_time()
    trafilatura.bare_extraction(body, with_metadata=True)
    return time.process_time() - began


async def bare(press: Mirror, client: AsyncOpenSearch, urls: list[str]) -> dict[str, float]:
    """Processor milliseconds for a page of the libraries alone: httpx, trafilatura, Firefox's engine, the bulk client; and
    of the sentence encoder."""
    spent: dict[str, float] = {}
    bodies: list[bytes] = []
    async with httpx.AsyncClient(trust_env=False, proxy=press.address, timeout=60) as web:
        await asyncio.gather(*(web.get(url) for url in urls[:3]))
        began = time.process_time()
        places = asyncio.Semaphore(64)

        async def get(url: str) -> None:
            async with places:
                bodies.append((await web.get(url)).content)

        await asyncio.gather(*map(get, urls))
        spent["httpx"] = time.process_time() - began
    spent["trafilatura"] = await asyncio.to_thread(extracted_by_two, bodies)
    answer = await client.search(index=names.ARTICLES, body={"size": 5000, "query": {"match_all": {}}})
    wanted = {url_id(url) for url in urls}
    documents = [hit["_source"] for hit in answer["hits"]["hits"] if hit["_source"]["url_id"] in wanted]
    articles = [TranslatedArticle.model_validate(one) for one in documents]
    files = Shelf(None, "en").files("pt")
    assert files is not None
    texts = [
        block[begin:end]
        for one in articles
        if one.language == "pt"
        for block in (one.title, one.standfirst or "", *(block.text for block in one.blocks))
        for begin, end in split(block, "pt")
    ]
    firefox_worker.translate(files, ["Bom dia."])
    began = time.process_time()
    for text in texts:
        firefox_worker.translate(files, [text])
    spent["engine"] = time.process_time() - began
    _embed(["warm"])
    began = time.process_time()
    for one in articles:
        _embed(pieces(one) or ["none"])
    spent["encoder"] = time.process_time() - began
    began = time.process_time()
    actions = [{"_op_type": "index", "_index": "bare", "_id": one["article_id"], "_source": one} for one in documents]
    async for done, told in async_streaming_bulk(client, actions, chunk_size=200):
        assert done, told
    spent["bulk client"] = time.process_time() - began
    return {name: round(1000 * seconds / len(urls), 2) for name, seconds in spent.items()}


async def measure(kafka: Engine, opensearch: Engine) -> int:
    settings = Settings(kafka_bootstrap=kafka.address, opensearch_url=opensearch.address, retry_scale=0.02)
    await apply_topics(settings)
    client = connect(settings)
    await apply(client, settings)
    await Sources(client).add([Source(id="s", name="Bench", home_page="http://bench.example/", rights="full")])
    with mirror(sets=SETS, latency_ms=0) as press:
        urls = list(dict.fromkeys(one["url"] for one in press.truth()))
        # In an order that mixes the sets, the same each time.
        urls = sorted(urls, key=url_id)
        system = System(settings, press, {"kafka": kafka, "opensearch": opensearch})
        watching = asyncio.create_task(system.watch())
        try:
            await system.start()
            await load(system, urls[:WARM])
            results, start = [], WARM
            for pages in LOADS:
                results.append(await load(system, urls[start : start + pages]))
                print(json.dumps(results[-1]), flush=True)
                start += pages
            rate = results[-1]["pages_a_second"] / 2
            waits = sorted(await delays(system, client, urls[start : start + HALF_LOAD], rate))
        finally:
            await system.stop()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        floor = await bare(press, client, urls[start - LOADS[-1] : start])
    await client.close()
    spent = results[-1]["cpu_ms_a_page"]
    ours = sum(spent[stage] for stage in STAGES)
    libraries = sum(milliseconds for name, milliseconds in floor.items() if name != "encoder")
    ratio, with_encoder = ours / libraries, ours / (libraries + floor["encoder"])
    p95 = statistics.quantiles(waits, n=20)[-1]
    result = {
        "name": "throughput", "value": results[-1]["articles_a_second"], "unit": "articles/s, all on this machine",
        "cpu_ms_a_page": spent, "floor_ms_a_page": floor, "ratio": round(ratio, 3), "most_ratio": MOST_RATIO,
        "ratio_with_encoder": round(with_encoder, 3), "p95_seconds": round(p95, 2), "half_load": round(rate, 1),
        "median_seconds": round(statistics.median(waits), 2), "articles_in_half_load": len(waits), "growth": results,
        "ends": Counter(f"{state}: {why}" for state, why in system.ended.values()).most_common(12),
    }  # fmt: skip
    print(json.dumps(result))
    return int(results[-1]["articles_a_second"] < LEAST_RATE or p95 > MOST_P95)


def main() -> int:
    if not REPLAY.exists():
        print(json.dumps({"name": "throughput", "skipped": "../shared/replay is not here"}))
        return 0
    with engines.running_kafka() as kafka, engines.running_opensearch() as opensearch:
        return asyncio.run(measure(kafka, opensearch))


if __name__ == "__main__":
    sys.exit(main())
