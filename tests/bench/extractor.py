"""Pages per second of the extractor through Kafka against trafilatura alone in a pool of the same size, in the same run; and
the CPU time of a page. Reads the saved pages of ../shared/corpus (set `fundus`, development side)."""

import asyncio
import gzip
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import trafilatura
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.extractor.page import extract_page
from shared import clock, topics
from shared.events import Page
from shared.ids import url_id
from shared.kafka.admin import apply_topics
from shared.kafka.publisher import Publisher
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines
from tests.integration.bench import Worker

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dev" / "fundus"
WORKERS = int(os.environ.get("WORKERS", "1"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
FLOOR = 0.9
MOST_P95_MS = 200


def pages() -> Iterator[tuple[str, bytes]]:
    """Address and bytes of each saved page."""
    for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        yield told["url"], gzip.decompress((CORPUS / told["file"]).read_bytes())


def page(url: str, body: bytes) -> Page:
    now = clock.now()
    return Page(
        url_id=url_id(url), url=url, source_id="", final_url=url, discovered_at=now, fetched_at=now, body=body,
        content_type="text/html",
    )  # fmt: skip


def bare(found: tuple[str, bytes]) -> None:
    """What trafilatura does for one page: text, with its metadata."""
    trafilatura.bare_extraction(found[1], url=found[0], with_metadata=True)


def cpu_ms(found: list[tuple[str, bytes]]) -> list[float]:
    """CPU milliseconds of each page, in a process that is warm."""
    spent = []
    for url, body in [*found[:10], *found]:
        began = time.process_time()
        extract_page(page(url, body), ignore_reservations=True)
        spent.append(1000 * (time.process_time() - began))
    return sorted(spent[10:])


def alone(found: list[tuple[str, bytes]]) -> float:
    """Seconds that trafilatura takes for `found` in a pool of WORKERS, warm."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(bare, found[: 10 * WORKERS]))
        began = time.perf_counter()
        list(pool.map(bare, found, chunksize=1))
        return time.perf_counter() - began


async def through_kafka(settings: Settings, found: list[tuple[str, bytes]]) -> float:
    """Seconds for `found` from the tenth part that comes out to the last, counted for all; the pages wait in the topic."""
    run = uuid.uuid4().hex[:8]
    publisher = Publisher(settings)
    for start in range(0, len(found), 100):
        events = [page(f"{url}?{run}", body) for url, body in found[start : start + 100]]
        await publisher.publish(list(events), source="bench", cause=f"{run} {start}")
    await publisher.__aexit__()
    ends = (topics.ARTICLES, topics.OUTCOMES)
    reader = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, max_partition_fetch_bytes=topics.LARGEST)
    await reader.start()
    reader.assign([TopicPartition(topic.name, n) for topic in ends for n in range(topic.partitions)])
    await reader.seek_to_end()
    worker = Worker(
        "services.extractor",
        settings=settings,
        BABELWIRE_EXTRACTOR_WORKERS=str(WORKERS),
        BABELWIRE_EXTRACTOR_IGNORE_RESERVATIONS="true",
        BABELWIRE_EXTRACTOR_MAX_AGE_DAYS="0",
    )
    await worker.start()
    came: list[float] = []
    try:
        async with asyncio.timeout(200):
            while len(came) < len(found):
                for records in (await reader.getmany(timeout_ms=100)).values():
                    came += [time.perf_counter()] * len(records)
    finally:
        await worker.kill()
        await reader.stop()
    skipped = len(came) // 10
    return (came[-1] - came[skipped]) * len(came) / (len(came) - skipped)


async def measure(kafka: str, opensearch: str) -> int:
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=opensearch)
    await apply_topics(settings)
    client = connect(settings)
    await apply(client, settings)
    await client.close()
    found = list(pages())
    spent = cpu_ms(found)
    floor = min(alone(found) for _ in range(2)) * ROUNDS
    ours = await through_kafka(settings, [(f"{url}/{n}", body) for n in range(ROUNDS) for url, body in found])
    p95 = spent[int(0.95 * len(spent))]
    result = {
        "name": "extractor",
        "value": round(ROUNDS * len(found) / ours, 1),
        "unit": f"pages/s through Kafka, {WORKERS} worker(s)",
        "floor": round(ROUNDS * len(found) / floor, 1),
        "ratio": round(floor / ours, 3),
        "least_ratio": FLOOR,
        "cpu_ms": {"median": round(statistics.median(spent), 1), "p95": round(p95, 1), "most": round(spent[-1], 1)},
    }
    print(json.dumps(result))
    return int(floor / ours < FLOOR or p95 > MOST_P95_MS)


def main() -> int:
    if not CORPUS.is_dir():
        print(json.dumps({"name": "extractor", "skipped": "../shared/corpus is not here"}))
        return 0
    with engines.running_kafka() as kafka, engines.running_opensearch() as opensearch:
        return asyncio.run(measure(kafka.address, opensearch.address))


if __name__ == "__main__":
    sys.exit(main())
