"""Topics as they should be, and how far behind each group is."""

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupCoordinatorNotAvailableError, TopicAlreadyExistsError, for_code

from shared.errors import Unavailable
from shared.kafka.connection import administering, reading
from shared.settings import Settings
from shared.topics import ALL, INPUTS, KIB, Topic, retry_topics

# A message's headers and framing beside its value.
RECORD_ALLOWANCE = 64 * KIB
# A compacted topic is compacted within the hour, so that a rebuild from it stays short.
COMPACTION_LAG_MS = 3_600_000


def configuration(topic: Topic) -> dict[str, str]:
    """The topic's settings at the broker."""
    found = {
        "max.message.bytes": str(topic.max_bytes + RECORD_ALLOWANCE),
        "message.timestamp.type": "LogAppendTime",
        "compression.type": "producer",
    }
    if topic.retention is None:
        return found | {"cleanup.policy": "compact", "max.compaction.lag.ms": str(COMPACTION_LAG_MS)}
    return found | {"cleanup.policy": "delete", "retention.ms": str(int(topic.retention.total_seconds() * 1000))}


async def apply_topics(settings: Settings) -> list[str]:
    """Creates the topics that are missing, sets the settings of all; idempotent. Returns the names of those created.

    Raises Unavailable when Kafka is away.
    """
    async with administering(settings) as admin:
        wanted = {topic.name: topic for topic in ALL}
        missing = [wanted[name] for name in wanted.keys() - set(await admin.list_topics())]
        if missing:
            answer = await admin.create_topics(
                [NewTopic(t.name, t.partitions, settings.replication, topic_configs=configuration(t)) for t in missing]
            )
            for name, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise Unavailable("kafka", f"cannot create topic {name}: {error.__name__}")
        present = [topic for topic in ALL if topic not in missing]
        if present:
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, t.name, configuration(t)) for t in present])
            known = {
                entry["topic"]: len(entry["partitions"]) for entry in await admin.describe_topics([t.name for t in present])
            }
            grow = {t.name: NewPartitions(t.partitions) for t in present if known[t.name] < t.partitions}
            if grow:
                await admin.create_partitions(grow)
        return sorted(topic.name for topic in missing)


def groups() -> dict[str, tuple[str, ...]]:
    """Each consumer group with the topics it reads."""
    found: dict[str, tuple[str, ...]] = {}
    for consumer, inputs in INPUTS.items():
        found[consumer] = tuple(topic.name for topic in inputs)
        found[f"{consumer}.returner"] = tuple(topic.name for topic in retry_topics(consumer))
    return found


async def lag(settings: Settings) -> dict[str, dict[str, int]]:
    """Group to topic to messages not yet committed. Raises Unavailable when Kafka is away."""
    async with administering(settings) as admin, reading(settings) as reader:
        # There may be more than in topics.py, where an operator has added some.
        present = set(await admin.list_topics())
        described = await admin.describe_topics([topic.name for topic in ALL if topic.name in present])
        counts = {entry["topic"]: len(entry["partitions"]) for entry in described}
        partitions = {
            t.name: [TopicPartition(t.name, n) for n in range(max(t.partitions, counts.get(t.name, 0)))] for t in ALL
        }
        asked = [tp for names in groups().values() for name in names for tp in partitions[name]]
        reader.assign(asked)  # else it asks for the metadata of one topic after the other, three seconds in all
        ends, begins = await reader.end_offsets(asked), await reader.beginning_offsets(asked)
        found: dict[str, dict[str, int]] = {}
        for group, names in groups().items():
            done = await _committed(admin, group)
            found[group] = {
                name: sum(max(0, ends[tp] - max(done.get(tp, -1), begins[tp])) for tp in partitions[name]) for name in names
            }
        return found


async def _committed(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """What `group` has committed; nothing on a new broker, which has no coordinator before the first group."""
    try:
        return {tp: meta.offset for tp, meta in (await admin.list_consumer_group_offsets(group)).items()}
    except GroupCoordinatorNotAvailableError:
        return {}
