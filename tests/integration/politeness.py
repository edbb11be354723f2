"""`make politeness`: several fetchers on a real broker against a server that watches how it is treated (../shared/replay).

The numbers of fetchers change meanwhile, some are killed, and one host has thousands of pages queued and wants five seconds
between them. What counts is what the server saw: the smallest gap and the most requests at a time of each host.
"""

import asyncio
import contextlib
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import clock, topics
from shared.events import FetchRequest, Page
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.admin import apply_topics
from shared.kafka.publisher import Publisher
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines
from tests.integration.bench import Worker, free_port

REPLAY = Path(__file__).parents[3] / "shared" / "replay" / "replay.py"
SLOW_DELAY, DELAY, LATENCY_MS = 5.0, 0.4, 60
SLOW = "www.waz.de"
HOSTS = 24


@dataclass
class Found:
    """As the server saw it. `gaps` in seconds; `waits`: from publication of a request to its page, of the other hosts."""

    gaps: dict[str, float] = field(default_factory=dict)
    most_at_a_time: int = 0
    robots_first: bool = True
    pages: int = 0
    slow_pages: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.waits, n=20)[-1] if len(self.waits) > 20 else float("inf")

    def breaches(self) -> dict[str, float]:
        """The hosts whose pause was cut short."""
        return {host: gap for host, gap in self.gaps.items() if gap < (SLOW_DELAY if host == SLOW else DELAY)}


@contextlib.contextmanager
def press(latency_ms: int = LATENCY_MS) -> Iterator[str]:
    """The watching server's address."""
    rules = [
        *([{"match": "*", "fault": "latency", "ms": latency_ms}] if latency_ms else []),
        {"match": "*", "fault": "feed_many", "items": 5000},
        *([{"match": SLOW, "fault": "crawl_delay", "seconds": SLOW_DELAY}] if latency_ms else []),
    ]
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as faults:
        json.dump(rules, faults)
        faults.flush()
        command = [sys.executable, str(REPLAY), "serve", "--port", str(port), "--sets", "fundus", "--faults", faults.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


class Trial:
    """Fetchers, and a steady flow of requests to their hosts."""

    def __init__(self, settings: Settings, address: str, hosts: list[str]) -> None:
        self._settings, self._address, self._hosts = settings, address, hosts
        self._publisher = Publisher(settings)
        self._numbers = dict.fromkeys([*hosts, SLOW], 0)
        self._asked: dict[str, datetime] = {}
        self._got: dict[str, datetime] = {}
        self.workers: list[Worker] = []

    async def members(self, number: int) -> None:
        """So many fetchers: new ones start, the youngest are killed."""
        while len(self.workers) > number:
            await self.workers.pop().kill(signal.SIGKILL)
        while len(self.workers) < number:
            self.workers.append(await self._fetcher().start())
        for worker in self.workers:
            await worker.ready()

    def _fetcher(self) -> Worker:
        return Worker(
            "services.fetcher",
            settings=self._settings,
            BABELWIRE_FETCHER_PROXY=self._address,
            BABELWIRE_FETCHER_HOST_DELAY_SECONDS=str(DELAY),
        )

    async def ask(self, host: str, number: int = 1) -> None:
        events = []
        for _ in range(number):
            self._numbers[host] += 1
            url = f"http://{host}/replay-item/{self._numbers[host]}/"
            events.append(
                FetchRequest(
                    url_id=url_id(url),
                    url=url,
                    source_id="s",
                    kind="article",
                    reason="discovered",
                    discovered_at=clock.now(),
                )
            )
            self._asked[url] = clock.now()
        await self._publisher.publish(events, source="test", cause=uuid.uuid4().hex)

    async def flow(self, seconds: float, pause: float = 1.5) -> None:
        """Each host is asked for a page about every `pause` seconds."""

        async def host(name: str) -> None:
            while True:
                await asyncio.sleep(random.uniform(0.5, 1.5) * pause)
                await self.ask(name)

        tasks = [asyncio.create_task(host(name)) for name in self._hosts]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def waits(self, since: datetime) -> list[float]:
        """Of the requests published after `since`; one not answered yet has waited until now."""
        now = clock.now()
        return [
            (self._got.get(url, now) - asked).total_seconds()
            for url, asked in self._asked.items()
            if asked >= since and SLOW not in url
        ]

    async def found(self, since: datetime) -> Found:
        async with httpx.AsyncClient(trust_env=False) as client:
            stats: dict[str, Any] = (await client.get(f"{self._address}/stats.json")).json()
        hosts = {name: seen for name, seen in stats["hosts"].items() if name in self._numbers}
        return Found(
            gaps={name: seen["min_gap_ms"] / 1000 for name, seen in hosts.items() if seen["min_gap_ms"] is not None},
            most_at_a_time=max(seen["max_concurrent"] for seen in hosts.values()),
            robots_first=all(seen["robots_before_first_page"] is not False for seen in hosts.values()),
            pages=len(self._got),
            slow_pages=sum(SLOW in url for url in self._got),
            waits=self.waits(since),
        )

    async def watch(self, ready: asyncio.Event) -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=self._settings.kafka_bootstrap, max_partition_fetch_bytes=topics.LARGEST)
        await reader.start()
        try:
            reader.assign([TopicPartition(topics.PAGES.name, n) for n in range(topics.PAGES.partitions)])
            await reader.seek_to_end()
            ready.set()
            async for record in reader:
                page = envelope.open_message(record.value, record.headers).event
                if isinstance(page, Page):
                    self._got.setdefault(page.url, page.fetched_at)
        finally:
            await reader.stop()

    async def close(self) -> None:
        for worker in self.workers:
            await worker.kill(signal.SIGTERM)
        await self._publisher.__aexit__()


@contextlib.asynccontextmanager
async def trial(kafka: str, opensearch: str, hosts: int = HOSTS) -> AsyncIterator[Trial]:
    """Against a server of its own; topics and indices are made."""
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=opensearch, refresh_seconds=0.5)
    await apply_topics(settings)
    client = connect(settings)
    await apply(client, settings)
    await client.close()
    with press() as address:
        async with httpx.AsyncClient(trust_env=False) as web:
            urls = (await web.get(f"{address}/urls.txt")).text.split()
        names = [name for name in dict.fromkeys(url.split("/")[2] for url in urls) if name != SLOW][:hosts]
        made, ready = Trial(settings, address, names), asyncio.Event()
        watcher = asyncio.create_task(made.watch(ready))
        try:
            await ready.wait()
            yield made
        finally:
            await made.close()
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)


async def long_form(kafka: str, opensearch: str) -> int:
    """2 → 3 → 5 → 3 fetchers and more, those that leave being killed; and 2,000 pages of one slow host. The exit status."""
    async with trial(kafka, opensearch) as made:
        await made.members(3)
        await made.flow(5)
        await made.ask(SLOW, 2000)
        since = clock.now()
        await made.flow(60)
        steady = await made.found(since)
        print(f"a slow host with 2,000 pages: {steady.slow_pages} of them; the others' p95 {steady.p95:.2f} s", flush=True)
        for members in (2, 3, 5, 3, 5, 2):
            await made.members(members)
            await made.flow(25)
            found = await made.found(clock.now())
            print(f"{members} members: {found.pages} pages, breaches {found.breaches()}", flush=True)
        found = await made.found(clock.now())
    others = [gap for host, gap in found.gaps.items() if host != SLOW]
    result = {
        "name": "politeness", "value": round(min(others), 3), "unit": "s, smallest gap", "floor": DELAY,
        "ratio": round(min(others) / DELAY, 2), "slow_gap": found.gaps.get(SLOW), "most_at_a_time": found.most_at_a_time,
        "pages": found.pages, "slow_pages": found.slow_pages, "p95_seconds": round(steady.p95, 3),
        "robots_first": found.robots_first,
    }  # fmt: skip
    print(json.dumps(result))
    return int(bool(found.breaches()) or found.most_at_a_time > 1 or steady.p95 > 2 or not found.robots_first)


def main() -> int:
    with engines.running_kafka() as kafka, engines.running_opensearch() as opensearch:
        return asyncio.run(long_form(kafka.address, opensearch.address))


if __name__ == "__main__":
    sys.exit(main())
