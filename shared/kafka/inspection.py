"""What a broker is and how its topics differ from shared/topics.py: for the console."""

import asyncio
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.kafka.admin import configuration
from shared.kafka.connection import administering, context, reading
from shared.settings import Settings
from shared.topics import ALL, INPUTS, dead_letters

ANSWER_SECONDS = 5.0
FETCH = 1  # the API key
OLDEST_FETCH_OF_KAFKA_4 = 4  # KIP-896 took the older ones away


@dataclass(frozen=True)
class Inspection:
    """`kafka_4`: whether it is Kafka 4 or later; no broker tells more. `faults`: a line for each topic that is missing or
    not as it should be."""

    brokers: int
    kafka_4: bool
    faults: tuple[str, ...]


async def inspect(settings: Settings) -> Inspection:
    """Looks, and changes nothing. Raises Unavailable."""
    async with administering(settings) as admin:
        brokers = (await admin.describe_cluster())["brokers"]
        present = set(await admin.list_topics())
        ours = [topic.name for topic in ALL if topic.name in present]
        described = await admin.describe_topics(ours) if ours else []
        partitions = {entry["topic"]: len(entry["partitions"]) for entry in described}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in ours]
        answers = await admin.describe_configs(resources) if resources else []
        stated = {row[3]: {entry[0]: entry[1] for entry in row[4]} for answer in answers for row in answer.resources}
        oldest = await _oldest_fetch(brokers[0]["host"], brokers[0]["port"], context(settings))
        return Inspection(len(brokers), oldest >= OLDEST_FETCH_OF_KAFKA_4, tuple(differences(partitions, stated)))


async def present(settings: Settings) -> frozenset[str]:
    """The names of the topics that are there. Raises Unavailable."""
    async with administering(settings) as admin:
        return frozenset(await admin.list_topics())


async def dead(settings: Settings) -> dict[str, int]:
    """Consumer to how many dead letters it has. Raises Unavailable."""
    topics = {dead_letters(consumer).name: consumer for consumer in INPUTS}
    there = await present(settings)
    async with reading(settings) as reader:
        asked = [TopicPartition(name, 0) for name in topics if name in there]
        reader.assign(asked)  # else it asks for each topic's metadata on its own, a tenth of a second each
        begins, ends = await reader.beginning_offsets(asked), await reader.end_offsets(asked)
        return {topics[tp.topic]: ends[tp] - begins[tp] for tp in asked}


def differences(partitions: Mapping[str, int], stated: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How topics with these partitions and settings differ from what they should be. More partitions are no fault."""
    found: list[str] = []
    for topic in ALL:
        if topic.name not in partitions:
            found.append(f"{topic.name} is missing")
            continue
        if partitions[topic.name] < topic.partitions:
            found.append(f"{topic.name} has {partitions[topic.name]} partitions in place of {topic.partitions}")
        there = stated.get(topic.name, {})
        found += [
            f"{topic.name} has {name}={there.get(name)} in place of {value}"
            for name, value in configuration(topic).items()
            if there.get(name) != value
        ]
    return found


async def _oldest_fetch(host: str, port: int, tls: ssl.SSLContext | None) -> int:
    """The lowest version of Fetch that the broker takes, which it tells before anybody logs in."""
    async with asyncio.timeout(ANSWER_SECONDS):
        reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        try:
            # Length; API key 18, version 0, correlation id 1, no client id. (Kafka protocol guide, "ApiVersions")
            writer.write(struct.pack(">ihhih", 10, 18, 0, 1, -1))
            _length, _correlation, _error, count = struct.unpack(">iihi", await reader.readexactly(14))
            keys = [struct.unpack(">hhh", await reader.readexactly(6)) for _ in range(count)]
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the broker hung up") from error
        finally:
            writer.close()
    return next((int(lowest) for key, lowest, _ in keys if key == FETCH), 0)
