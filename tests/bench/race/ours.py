"""Babelwire: the scheduler, one fetcher and one extractor, as processes, on a real Kafka and OpenSearch that run already.

What the others end with, an article's title and text, is what the extractor publishes; it is read from the topic. Articles
are not translated or indexed here: no other entrant does.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import topics
from shared.errors import State
from shared.events import Article, FetchRequest, Outcome
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.admin import lag
from shared.search.client import connect
from shared.search.sources import Feed, Source, Sources
from shared.settings import Settings
from tests.bench.race.watching import family_seconds
from tests.integration.bench import Worker

QUIET_SECONDS = 4.0  # nothing under way for so long: the end
SERVICES = ("extractor", "fetcher", "scheduler")


class Harvest:
    """What came out, and what is still under way."""

    def __init__(self, out: Path) -> None:
        self._out = out.open("w", buffering=1, encoding="utf-8")
        self._under_way: set[str] = set()
        self._ended: dict[str, str] = {}
        self.last = time.perf_counter()

    def take(self, event: Any) -> None:
        if isinstance(event, FetchRequest):
            if event.reason != "poll" and event.url_id not in self._ended:
                self._under_way.add(event.url_id)
        elif isinstance(event, Article):
            text = "\n".join(filter(None, (event.standfirst, *(block.text for block in event.blocks))))
            self._out.write(json.dumps({"url": event.url, "title": event.title, "text": text}) + "\n")
            self._end(event.url_id, "article")
        elif isinstance(event, Outcome) and event.state != State.QUEUED:
            self._end(event.url_id, f"{event.state}: {event.reason}")
        else:
            return
        self.last = time.perf_counter()

    def _end(self, one: str, how: str) -> None:
        self._ended.setdefault(one, how)
        self._under_way.discard(one)

    def ended(self) -> dict[str, int]:
        """How many ended in which way."""
        ways = list(self._ended.values())
        return {way: ways.count(way) for way in sorted(set(ways))}

    def quiet(self) -> bool:
        return bool(self._ended) and not self._under_way and time.perf_counter() - self.last > QUIET_SECONDS


async def nothing_waits(settings: Settings) -> bool:
    """Neither for the fetcher nor for the extractor."""
    waiting = await lag(settings)
    return not sum(waiting["fetcher"].values()) + sum(waiting["extractor"].values())


async def run(task: dict[str, Any], settings: Settings) -> None:
    started = time.perf_counter()
    harvest = Harvest(Path(task["out"]))
    reader = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, max_partition_fetch_bytes=topics.LARGEST)
    await reader.start()
    seen = (topics.FETCH, topics.ARTICLES, topics.OUTCOMES)
    reader.assign([TopicPartition(topic.name, n) for topic in seen for n in range(topic.partitions)])
    await reader.seek_to_end()
    own = {
        "BABELWIRE_FETCHER_PROXY": os.environ["http_proxy"], "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": str(task["delay"]),
        "BABELWIRE_FETCHER_MAX_AGE_DAYS": "0", "BABELWIRE_EXTRACTOR_IGNORE_RESERVATIONS": "true",
        "BABELWIRE_KAFKA_SESSION_SECONDS": str(settings.kafka_session_seconds),  # tests have a short one
        # Nobody else asks for /ai.txt and /.well-known/tdmrep.json; they cost two requests for a host and a day.
        "BABELWIRE_FETCHER_HEED_RESERVATIONS": task.get("heed", "false"),
    }  # fmt: skip
    workers = [await Worker(f"services.{name}", settings=settings, **own).start() for name in SERVICES]
    try:
        for worker in workers:
            await worker.ready()
        began, start_cpu = time.perf_counter(), family_seconds(os.getpid())
        search = connect(settings)
        await Sources(search).add(
            [
                Source(id=url_id(one["home"])[:16], name=one["home"], home_page=one["home"], feeds=(Feed(url=one["feed"]),))
                for one in task["sources"]
            ]
        )
        await search.close()
        async with asyncio.timeout(task["seconds"] - 20):
            while not (harvest.quiet() and await nothing_waits(settings)):
                for records in (await reader.getmany(timeout_ms=500)).values():
                    for record in records:
                        harvest.take(envelope.open_message(record.value, record.headers).event)
    except TimeoutError:
        print("not all ended in time", file=sys.stderr)
    finally:
        for worker in workers:
            await worker.kill(15)
        await reader.stop()
    Path(task["out"]).with_suffix(".ends").write_text(
        json.dumps(
            {
                "seconds": harvest.last - began,
                "start_seconds": began - started,
                "start_cpu": start_cpu,
                "ends": harvest.ended(),
            }
        )
    )


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    settings = Settings(
        kafka_bootstrap=os.environ["BABELWIRE_KAFKA_BOOTSTRAP"], opensearch_url=os.environ["BABELWIRE_OPENSEARCH_URL"],
        retry_scale=task["retry_scale"], refresh_seconds=0.5,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(task, settings))


if __name__ == "__main__":
    main()
