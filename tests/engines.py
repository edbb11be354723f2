"""Real engines for tests. conftest.py makes fixtures of what is here.

`kafka` and `opensearch` are started when the first test asks for them and serve the whole session; with pytest-xdist each
of its processes has its own. To save their start while developing, run
`python -m console.native up` and set BABELWIRE_TEST_KAFKA=127.0.0.1:9092 and
BABELWIRE_TEST_OPENSEARCH=http://127.0.0.1:9200; the tests delete what is there.

A test that breaks an engine takes one of its own, `own_kafka` or `own_opensearch`, and has its `.address`, `.kill()`,
`.stop()` and `.start()`, which block.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from console.native.engine import Engine, kafka_engine, opensearch_engine
from console.native.settings import NativeSettings
from shared.kafka.admin import apply_topics
from shared.settings import Settings
from shared.topics import ALL

DELETION_SECONDS = 30


@contextmanager
def engine_folder() -> Iterator[Path]:
    """A temporary folder that the engines' account can enter, as pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="babelwire-engines-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_kafka() -> Iterator[Engine]:
    """A Kafka of its own, without topics."""
    with engine_folder() as folder:
        yield from _running(kafka_engine(NativeSettings(), folder))


@contextmanager
def running_opensearch() -> Iterator[Engine]:
    """An OpenSearch of its own, without indices."""
    with engine_folder() as folder:
        yield from _running(opensearch_engine(NativeSettings(), folder))


def _running(engine: Engine) -> Iterator[Engine]:
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()


async def empty_topics(bootstrap: str) -> None:
    """All topics of shared/topics.py, as configured, with nothing in them and no group's offset on what was in them."""
    settings = Settings(kafka_bootstrap=bootstrap)
    await apply_topics(settings)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await reader.start()
    try:
        everywhere = [TopicPartition(t.name, n) for t in ALL for n in range(t.partitions)]
        reader.assign(everywhere)  # else it asks for the metadata of one topic after the other
        ends = await reader.end_offsets(everywhere)
        used = sorted({partition.topic for partition, end in ends.items() if end})
        if used:
            await admin.delete_topics(used)
            async with asyncio.timeout(DELETION_SECONDS):
                while set(used) & set(await admin.list_topics()):
                    await asyncio.sleep(0.05)
    finally:
        await reader.stop()
        await admin.close()
    await apply_topics(settings)


async def empty_search(url: str) -> None:
    """No index and no template of ours is left in the OpenSearch at `url`."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        names = [entry["index"] for entry in (await client.get("/_cat/indices?format=json&expand_wildcards=all")).json()]
        for name in names:
            (await client.delete(f"/{name}")).raise_for_status()
        for template in (await client.get("/_index_template")).json()["index_templates"]:
            (await client.delete(f"/_index_template/{template['name']}")).raise_for_status()


def address_from_environment(name: str) -> str | None:
    """The address of an engine that a developer keeps running for the tests."""
    return os.environ.get(f"BABELWIRE_TEST_{name}")
