"""More processes of a stage, and much that waits for it.

Replicas: 1, 2 and 4 of each consumer of the chain, whose work waits (STAGE_MS) instead of computing, as cores are missing:
what is measured is the runner, Kafka's sharing out of partitions and the pause when one joins or is killed. Backlog: BACKLOG
messages (a million unless given) wait when the stage starts: how soon it begins, how fast it works, how much memory it
takes. PARTS: `replicas,pauses,backlog`; CONSUMERS: which.
"""

import asyncio
import json
import os
import signal
import sys
import time
from typing import Any

import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from shared import clock, topics
from shared.events import Article, Event, FetchRequest, Page
from shared.kafka import envelope
from shared.kafka.admin import apply_topics, lag
from shared.settings import Settings
from tests import engines
from tests.integration.articles import translated
from tests.integration.bench import Bench, Worker, until

PARTS = os.environ.get("PARTS", "replicas,pauses,backlog").split(",")
BACKLOG = int(os.environ.get("BACKLOG", "1000000"))
WAIT_MS = "1000"  # of one message, about; 64 at a time, so that a replica does about 55 a second and needs little of a core
PAGES = int(os.environ.get("PAGES", "1200"))
REPLICAS = (1, 2, 4)
CONSUMERS = os.environ.get("CONSUMERS", "fetcher,extractor,translator,indexer").split(",")
LEAST_SPEED_UP = 3.0  # of four replicas
MOST_PAUSE = 12.0  # seconds: the tests' session timeout of 6 for a member that dies, and the sharing out
BACKLOG_SECONDS = 30.0


def event(consumer: str, page: Page, number: int, run: str) -> Event:
    """What the consumer takes, with the address of `page`, which says what the test stage does."""
    if consumer == "extractor":
        return page
    if consumer == "fetcher":
        own = page.model_dump(include={"url_id", "url", "source_id", "discovered_at"})
        return FetchRequest(kind="article", reason="discovered", **own)
    whole = translated(number, run, url_id=page.url_id, url=page.url, article_id=page.url_id)
    if consumer == "indexer":
        return whole
    return Article.model_validate(whole.model_dump(exclude={"translation"}))


async def members(settings: Settings, consumer: str) -> list[int]:
    """How many partitions of its topics each member of the group has, the fewest first."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([consumer])
        from aiokafka.protocol.group import MemberAssignment

        found = []
        for member in answer.groups[0][5]:
            if member[4]:
                held = MemberAssignment.decode(member[4])
                found.append(sum(len(numbers) for _, numbers in held.assignment))
        return sorted(found)
    finally:
        await admin.close()


async def replicas(settings: Settings, consumer: str) -> list[dict[str, Any]]:
    """Messages per second of 1, 2 and 4 replicas, and the partitions of each. Those that are there stay when others join."""
    found, fed = [], 0
    async with Bench(settings) as bench:
        for number in REPLICAS:
            for _ in range(number - len(bench.workers)):
                await bench.worker(consumer, STAGE_MS=WAIT_MS)
            for worker in bench.workers:
                await worker.ready()
            pages = PAGES * number // REPLICAS[-1]
            wanted = [bench.page("ok", n, f"h{n % 400}.{bench.run}.example") for n in range(fed, fed + pages)]
            before, began = len(bench.ended()), time.perf_counter()
            await bench.feed(*(event(consumer, page, fed + n, bench.run) for n, page in enumerate(wanted)))
            fed += pages
            times: list[tuple[float, int]] = [(0.0, 0)]
            while times[-1][1] < pages:
                await asyncio.sleep(0.1)
                times.append((time.perf_counter() - began, len(bench.ended()) - before))
                assert times[-1][0] < 180, f"{times[-1][1]} of {pages} after three minutes"
            # Between a tenth and nine tenths: neither the first messages nor waiting for the last ones.
            middle = [one for one in times if 0.1 * pages <= one[1] <= 0.9 * pages]
            rate = (middle[-1][1] - middle[0][1]) / (middle[-1][0] - middle[0][0])
            spread = await members(settings, consumer)
            found.append({"replicas": number, "a_second": round(rate, 1), "partitions": spread})
        doubles = sum(len(outcomes) - 1 for one, outcomes in bench.seen.items() if one in bench.fed)
        return [*found, {"messages": fed, "twice": doubles}]


async def pauses(settings: Settings, consumer: str) -> dict[str, Any]:
    """The longest time in which nothing ends: while nothing changes, when a replica joins, leaves in order, is killed."""
    async with Bench(settings) as bench:
        for _ in range(2):
            await (await bench.worker(consumer, STAGE_MS=WAIT_MS)).ready()
        pages = [bench.page("ok", n, f"h{n % 400}.{bench.run}.example") for n in range(9_000)]
        for start in range(0, len(pages), 2000):
            await bench.feed(*(event(consumer, page, n, bench.run) for n, page in enumerate(pages[start : start + 2000])))

        async def longest(seconds: float) -> float:
            began = last = time.perf_counter()
            gap, before = 0.0, len(bench.ended())
            while time.perf_counter() - began < seconds:
                await asyncio.sleep(0.05)
                now = len(bench.seen)
                if now != before:
                    gap, last, before = max(gap, time.perf_counter() - last), time.perf_counter(), now
            return round(max(gap, time.perf_counter() - last), 2)

        await until(lambda: len(bench.seen) > 300, "work has begun")
        found = {"steady": await longest(8)}
        joined = await bench.worker(consumer, STAGE_MS=WAIT_MS)
        found["joins"] = await longest(12)
        leaving = asyncio.create_task(joined.kill(signal.SIGTERM))
        found["leaves"] = await longest(12)
        await leaving
        await bench.workers[0].kill()
        found["killed"] = await longest(15)
        return found


async def fill(settings: Settings, bench: Bench) -> float:
    """BACKLOG small pages, by a bare producer; seconds."""
    began = time.perf_counter()
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=50, max_batch_size=200_000)
    await producer.start()
    now, last = clock.now(), None
    for number in range(BACKLOG):
        page = bench.page("ok", number, f"h{number % 5000}.{bench.run}.example")
        sealed = envelope.seal(
            page, ce_id=page.url_id, source="bench", at=now, traceparent=f"00-{page.url_id}-{'1' * 16}-01"
        )
        last = await producer.send(topics.PAGES.name, sealed.value, key=sealed.key, headers=list(sealed.headers))
    assert last is not None
    await producer.stop()
    return time.perf_counter() - began


async def backlog(settings: Settings) -> dict[str, Any]:
    async with Bench(settings) as bench:
        filled = await fill(settings, bench)
        print(f"{BACKLOG} messages written in {filled:.0f} s", flush=True)
        began = time.perf_counter()
        worker: Worker = await bench.worker("extractor", STAGE_MS="1")
        process, memory = psutil.Process(worker.pid), []
        await until(lambda: bool(bench.seen), "the first message is done")
        first, start = time.perf_counter() - began, time.perf_counter()
        while time.perf_counter() - start < BACKLOG_SECONDS:
            await asyncio.sleep(1)
            memory.append(process.memory_info().rss / 2**20)
        done = len(bench.seen)
        await worker.kill(signal.SIGTERM)
        again_began = time.perf_counter()
        again = await bench.worker("extractor", STAGE_MS="1")
        seen = len(bench.seen)
        await until(lambda: len(bench.seen) > seen, "it goes on after a restart")
        restart = time.perf_counter() - again_began
        await again.kill(signal.SIGTERM)
        doubles = sum(len(outcomes) - 1 for outcomes in bench.seen.values())
        left = sum((await lag(settings))["extractor"].values())
        return {
            "messages": BACKLOG, "first_after_seconds": round(first, 1), "a_second": round(done / BACKLOG_SECONDS),
            "mib_first_and_last": [round(memory[0]), round(memory[-1])], "first_after_restart": round(restart, 1),
            "twice": doubles, "lag_left": left,
        }  # fmt: skip


async def measure(kafka: str) -> int:
    settings = Settings(kafka_bootstrap=kafka)
    await apply_topics(settings)
    result: dict[str, Any] = {"name": "scale", "unit": "times as fast with four replicas", "floor": LEAST_SPEED_UP}
    held = True
    if "replicas" in PARTS:
        chain: dict[str, Any] = {}
        for consumer in CONSUMERS:
            chain[consumer] = await replicas(settings, consumer)
            print(consumer, json.dumps(chain[consumer]), flush=True)
        result["replicas"] = chain
        result["value"] = min(round(ran[len(REPLICAS) - 1]["a_second"] / ran[0]["a_second"], 2) for ran in chain.values())
        held = result["value"] >= LEAST_SPEED_UP
    if "pauses" in PARTS:
        result["pauses"] = await pauses(settings, "extractor")
        print(json.dumps(result["pauses"]), flush=True)
        held = held and max(result["pauses"].values()) <= MOST_PAUSE
    if "backlog" in PARTS:
        result["backlog"] = await backlog(settings)
    print(json.dumps(result))
    return int(not held)


def main() -> int:
    with engines.running_kafka() as kafka:
        return asyncio.run(measure(kafka.address))


if __name__ == "__main__":
    sys.exit(main())
