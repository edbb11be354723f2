"""What docs/upgrades.md says of adding partitions, done on a real Kafka while a stage is at work."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from console.native.ports import free
from shared import clock, ids
from shared.events import Page
from shared.kafka.admin import apply_topics, lag
from shared.kafka.connection import connection
from shared.kafka.inspection import inspect
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from shared.topics import PAGES
from tests.integration import stage_worker

pytestmark = pytest.mark.engines
MORE = PAGES.partitions + 6


@asynccontextmanager
async def at_work(kafka: str) -> AsyncIterator[None]:
    """A stage that reads pages."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", stage_worker.__name__, "extractor", str(free()[0]),
        env=os.environ | {"BABELWIRE_KAFKA_BOOTSTRAP": kafka, "BABELWIRE_LOG_LEVEL": "error"},
    )  # fmt: skip
    try:
        yield
    finally:
        worker.terminate()
        await worker.wait()


def pages(numbers: range) -> list[Page]:
    urls = [f"https://paper{n}.example/ok/{n}" for n in numbers]
    return [
        Page(
            url_id=ids.url_id(url), url=url, source_id="x", final_url=url, status=200, fetched_at=clock.now(),
            discovered_at=clock.now(), body=b"x",
        )
        for url in urls
    ]  # fmt: skip


async def sent(settings: Settings, found: list[Page]) -> None:
    async with Publisher(settings) as publisher:
        await publisher.publish(found, source="test", cause=found[0].url)


async def ended(settings: Settings, wanted: set[str]) -> None:
    reader = AIOKafkaConsumer("news.outcomes", auto_offset_reset="earliest", **connection(settings))
    await reader.start()
    try:
        async with asyncio.timeout(40):
            while wanted:
                wanted = wanted - {(await reader.getone()).key.decode()}
    finally:
        await reader.stop()


async def test_partitions_are_added_under_way_and_nothing_is_lost(topics: str) -> None:
    settings = Settings(kafka_bootstrap=topics)
    first, second = pages(range(40)), pages(range(40, 140))
    async with at_work(topics):
        await sent(settings, first)
        await ended(settings, {page.url_id for page in first})
        admin = AIOKafkaAdminClient(**connection(settings))
        await admin.start()
        await admin.create_partitions({PAGES.name: NewPartitions(MORE)})
        await admin.close()
        await sent(settings, second)
    assert (await lag(settings))["extractor"][PAGES.name] > 0, "some lie where the stage, stopped now, has not looked yet"
    async with at_work(topics):
        await ended(settings, {page.url_id for page in first + second})
    async with asyncio.timeout(10):
        while (await lag(settings))["extractor"][PAGES.name]:
            await asyncio.sleep(0.2)
    assert (await inspect(settings)).faults == (), "more partitions are no fault"
    assert await apply_topics(settings) == []
