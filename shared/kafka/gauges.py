"""Kafka as it is seen from outside, in metrics: what no stage can tell of itself while it does not run."""

from aiokafka import TopicPartition

from shared.kafka.admin import lag
from shared.kafka.connection import administering, reading
from shared.settings import Settings
from shared.telemetry import metrics
from shared.topics import ALL


async def measure(settings: Settings) -> None:
    """Sets the gauges of brokers, partitions, topics and groups. Raises Unavailable."""
    for group, topics in (await lag(settings)).items():
        for topic, messages in topics.items():
            metrics.KAFKA_LAG.labels(group, topic).set(messages)
    async with administering(settings) as admin, reading(settings) as reader:
        metrics.KAFKA_BROKERS.set(len((await admin.describe_cluster())["brokers"]))
        present = set(await admin.list_topics())
        described = await admin.describe_topics([topic.name for topic in ALL if topic.name in present])
        partitions = [(entry["topic"], one) for entry in described for one in entry["partitions"]]
        short = sum(len(one["isr"]) < len(one["replicas"]) for _, one in partitions)
        metrics.KAFKA_UNDER_REPLICATED.set(short)
        asked = [TopicPartition(topic, one["partition"]) for topic, one in partitions]
        reader.assign(asked)  # else it asks for the metadata of one topic after the other
        begins, ends = await reader.beginning_offsets(asked), await reader.end_offsets(asked)
        for topic in {tp.topic for tp in asked}:
            own = [tp for tp in asked if tp.topic == topic]
            metrics.KAFKA_WRITTEN.labels(topic).set(sum(ends[tp] for tp in own))
            metrics.KAFKA_KEPT.labels(topic).set(sum(ends[tp] - begins[tp] for tp in own))
