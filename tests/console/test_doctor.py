"""`babelwire doctor`: each fault is found, with its repair."""

import asyncio
import json
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.admin import configuration
from shared.kafka.inspection import differences
from shared.search.client import connect
from shared.topics import ALL, TRENDS
from tests.console.commands import AWAY, babelwire
from tests.console.conftest import Wire


def examined(env: dict[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit status, and the findings by name."""
    result = babelwire("doctor", "--json", env=env)
    return result.exit_code, {one["name"]: one for one in json.loads(result.stdout)}


def test_without_engines_the_two_are_named_with_their_repair_and_the_rest_waits_for_them() -> None:
    status, found = examined(AWAY)
    assert status == 1
    assert "BABELWIRE_KAFKA_BOOTSTRAP" in found["Kafka"]["repair"]
    assert "BABELWIRE_OPENSEARCH_URL" in found["OpenSearch"]["repair"]
    assert (found["topics"]["repair"], found["templates"]["repair"]) == ("mend Kafka first", "mend OpenSearch first")
    assert found["models"]["well"]


@pytest.mark.engines
def test_all_is_well_on_engines_that_are_set_up(wire: Wire) -> None:
    status, found = examined(wire.env | {"BABELWIRE_UP_FREE_MB": "1"})
    assert [name for name, one in found.items() if not one["well"]] == []
    assert status == 0
    assert found["Kafka"]["found"].startswith("4 or later, 1 broker")
    assert found["OpenSearch"]["found"].startswith("3.")
    assert (found["dead letters"]["note"], found["dead letters"]["found"]) == (True, "2 of fetcher")


@pytest.mark.engines
def test_a_missing_topic_and_another_template_are_found(wire: Wire) -> None:
    asyncio.run(_damage(wire))
    status, found = examined(wire.env | {"BABELWIRE_REPLICAS": "1"})
    assert status == 1
    assert found["topics"]["found"] == f"{TRENDS.name} is missing"
    assert found["topics"]["repair"] == "babelwire topics apply"
    assert "template babelwire-" in found["templates"]["found"]
    assert babelwire("topics", "apply", env=wire.env).stdout == f"{TRENDS.name}\n"
    _, mended = examined(wire.env)
    assert mended["topics"]["well"]
    assert mended["templates"]["found"] == "index trends-v1 is missing"


async def _damage(wire: Wire) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=wire.settings.kafka_bootstrap)
    await admin.start()
    await admin.delete_topics([TRENDS.name])
    await admin.close()
    async with connect(wire.settings) as client:
        await client.indices.delete(index="trends-v1")


@pytest.mark.engines
def test_a_full_disk_is_found(wire: Wire) -> None:
    _, found = examined(wire.env | {"BABELWIRE_UP_FREE_MB": str(1 << 40)})
    assert "make room" in found["disk"]["repair"]


def test_topics_differ_by_what_is_missing_or_set_otherwise() -> None:
    partitions = {topic.name: topic.partitions for topic in ALL}
    stated = {topic.name: configuration(topic) for topic in ALL}
    assert differences(partitions, stated) == []
    assert differences(partitions | {TRENDS.name: 4}, stated) == []
    assert differences(partitions | {"news.fetch": 3}, stated) == ["news.fetch has 3 partitions in place of 12"]
    changed = stated | {"news.fetch": stated["news.fetch"] | {"cleanup.policy": "compact"}}
    assert differences(partitions, changed) == ["news.fetch has cleanup.policy=compact in place of delete"]
