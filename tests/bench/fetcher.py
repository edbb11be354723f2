"""Pages per second through Kafka against a bare httpx client with the same concurrency, in the same run, politeness off; and
the memory of ten thousand hosts. Reads ../shared/replay. PAGES=100000 shows whether the fetcher's memory stays flat."""

import asyncio
import json
import os
import sys
import time
import uuid
from datetime import timedelta

import httpx
import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.fetcher.politeness import Politeness
from services.fetcher.robots import parse
from shared import clock, topics
from shared.events import FetchRequest
from shared.ids import url_id
from shared.item import NoDeadline
from shared.kafka.admin import apply_topics
from shared.kafka.publisher import Publisher
from shared.search.client import connect
from shared.search.hosts import HostState
from shared.search.sources import Source, Sources
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines
from tests.integration.bench import Worker
from tests.integration.politeness import REPLAY, press

PAGES, CONCURRENCY = int(os.environ.get("PAGES", "4000")), 64
FLOOR = 0.8
HOSTS, MOST_MIB = 10_000, 200
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: /private/{n}/\n" for n in range(40))


async def bare(address: str, urls: list[str]) -> float:
    """Seconds that httpx alone takes."""
    limits = httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    async with httpx.AsyncClient(trust_env=False, proxy=address, limits=limits, timeout=60) as client:
        places = asyncio.Semaphore(CONCURRENCY)

        async def get(url: str) -> None:
            async with places:
                (await client.get(url)).raise_for_status()

        started = time.perf_counter()
        await asyncio.gather(*map(get, urls))
        return time.perf_counter() - started


async def through_kafka(settings: Settings, address: str, urls: list[str]) -> tuple[float, list[float]]:
    """Seconds from the first page that comes out to the last but as many, and the fetcher's memory in MiB after each fifth.

    The requests wait in the topic when the fetcher starts; its start and the first pages of each host are not counted.
    """
    publisher = Publisher(settings)
    now = clock.now()
    events = [
        FetchRequest(url_id=url_id(url), url=url, source_id="s", kind="article", reason="discovered", discovered_at=now)
        for url in urls
    ]
    for start in range(0, len(events), 2000):
        await publisher.publish(events[start : start + 2000], source="bench", cause=f"{uuid.uuid4().hex}")
    await publisher.__aexit__()
    reader = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, max_partition_fetch_bytes=topics.LARGEST)
    await reader.start()
    reader.assign([TopicPartition(topics.PAGES.name, n) for n in range(topics.PAGES.partitions)])
    await reader.seek_to_end()
    worker = Worker(
        "services.fetcher",
        settings=settings,
        BABELWIRE_FETCHER_PROXY=address,
        BABELWIRE_FETCHER_HOST_DELAY_SECONDS="0",
        BABELWIRE_FETCHER_CONNECTIONS=str(CONCURRENCY),
    )
    await worker.start()
    try:
        came: list[float] = []
        memory: list[float] = []
        assert worker._process is not None
        process = psutil.Process(worker._process.pid)
        async with asyncio.timeout(300 + len(urls) / 50):
            while len(came) < len(urls):
                for records in (await reader.getmany(timeout_ms=200)).values():
                    came += [time.perf_counter()] * len(records)
                if len(came) * 5 >= len(urls) * (len(memory) + 1):
                    memory.append(process.memory_info().rss / 2**20)
    finally:
        await worker.kill()
        await reader.stop()
    skipped = len(came) // 10
    return (came[-1] - came[skipped]) * len(came) / (len(came) - skipped), memory


class _Nowhere:
    async def get(self, host: str) -> HostState | None:
        return None

    async def put(self, state: HostState) -> None:
        return None


async def hosts_memory() -> float:
    """MiB that ten thousand hosts take, each with its turn and its robots.txt."""
    before = psutil.Process().memory_info().rss
    politeness = Politeness(_Nowhere(), clock.now)
    kept = []
    for number in range(HOSTS):
        name = f"host{number}.example"
        async with politeness.turn(name, timedelta(0), NoDeadline()):
            kept.append(parse(ROBOTS))
        await politeness.note_robots(name, kept[-1].text, clock.now() + timedelta(hours=24))
    return (psutil.Process().memory_info().rss - before) / 2**20


async def measure(kafka: str, opensearch: str) -> int:
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=opensearch)
    await apply_topics(settings)
    client = connect(settings)
    await apply(client, settings)
    source = Source(id="s", name="Bench", home_page="http://bench.example/")
    await Sources(client).add([source])
    await client.close()
    with press(latency_ms=0) as address:
        async with httpx.AsyncClient(trust_env=False) as web:
            urls = (await web.get(f"{address}/urls.txt")).text.split()
        names = list(dict.fromkeys(url.split("/")[2] for url in urls))
        pages = [f"http://{names[n % len(names)]}/replay-item/{n // len(names) + 1}/" for n in range(PAGES)]
        alone = await bare(address, pages)
        ours, memory = await through_kafka(settings, address, pages)
    hosts = await hosts_memory()
    result = {
        "name": "fetcher",
        "value": round(PAGES / ours, 1),
        "unit": "pages/s through Kafka",
        "floor": round(PAGES / alone, 1),
        "ratio": round(alone / ours, 3),
        "least_ratio": FLOOR,
        "mib_after_each_fifth": [round(mib) for mib in memory],
        "hosts_mib": round(hosts),
    }
    print(json.dumps(result))
    return int(alone / ours < FLOOR or hosts > MOST_MIB)


def main() -> int:
    if not REPLAY.exists():
        print(json.dumps({"name": "fetcher", "skipped": "../shared/replay is not here"}))
        return 0
    with engines.running_kafka() as kafka, engines.running_opensearch() as opensearch:
        return asyncio.run(measure(kafka.address, opensearch.address))


if __name__ == "__main__":
    sys.exit(main())
