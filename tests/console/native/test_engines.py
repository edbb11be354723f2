"""The engines start, survive being killed, and come back with their data."""

import asyncio
import time

import httpx
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from console.native import kafka as native_kafka
from console.native.account import engines_account
from console.native.engine import Engine
from shared.kafka.admin import apply_topics
from shared.settings import Settings
from shared.topics import ALL, FETCH

pytestmark = pytest.mark.engines


async def test_all_topics_are_there_and_empty(topics: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=topics)
    await consumer.start()
    try:
        assert {topic.name for topic in ALL} <= await consumer.topics()
    finally:
        await consumer.stop()


async def test_what_one_test_wrote_the_next_does_not_see(kafka: str) -> None:
    from tests.engines import empty_topics

    await empty_topics(kafka)
    await _send(kafka, b"one")
    await empty_topics(kafka)
    await _send(kafka, b"two")
    assert await _first(kafka) == b"two"


async def test_a_topic_that_is_not_on_the_list_is_not_created_by_asking_for_it(kafka: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        consumer.subscribe(["no.such.topic"])
        await consumer.getmany(timeout_ms=500)
        assert "no.such.topic" not in await consumer.topics()
    finally:
        await consumer.stop()


def test_a_killed_kafka_comes_back_with_what_it_had_acknowledged(own_kafka: Engine) -> None:
    asyncio.run(apply_topics(Settings(kafka_bootstrap=own_kafka.address)))
    asyncio.run(_send(own_kafka.address, b"kept"))
    own_kafka.kill()
    assert not asyncio.run(native_kafka.healthy(int(own_kafka.address.rpartition(":")[2])))
    own_kafka.start()
    assert asyncio.run(_first(own_kafka.address)) == b"kept"


def test_opensearch_indexes_searches_and_finds_nearest_neighbours(search: str) -> None:
    mapping = {
        "settings": {"index.knn": True, "number_of_replicas": 0},
        "mappings": {
            "properties": {
                "title": {"type": "text", "analyzer": "english"},
                "vector": {"type": "knn_vector", "dimension": 3, "method": {"name": "hnsw", "engine": "lucene"}},
            }
        },
    }
    with httpx.Client(base_url=search, timeout=30) as client:
        client.put("/near", json=mapping).raise_for_status()
        for name, vector in (("a", [1, 0, 0]), ("b", [0, 1, 0])):
            client.put(f"/near/_doc/{name}?refresh=true", json={"title": "Elections", "vector": vector}).raise_for_status()
        query = {"query": {"knn": {"vector": {"vector": [0.1, 0.9, 0], "k": 1}}}}
        assert client.post("/near/_search", json=query).json()["hits"]["hits"][0]["_id"] == "b"
        assert (
            client.post("/near/_search", json={"query": {"match": {"title": "election"}}}).json()["hits"]["total"]["value"]
            == 2
        )


def test_an_engine_never_runs_as_root(own_kafka: Engine) -> None:
    assert psutil.Process(own_kafka.pid).uids().real != 0 or engines_account() is None


async def _send(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait(FETCH.name, value, partition=0)


async def _first(bootstrap: str) -> bytes | None:
    async with AIOKafkaConsumer(FETCH.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                value: bytes = records[0].value
                return value
    return None
