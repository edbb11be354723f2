"""Running history again: what is in a topic since some time is sent once more, and its consumers do their work anew.

The messages are sent again instead of a group's offsets being set back: that would need every member of the group to stop,
and would do all else in between again as well. Both are safe, since every stage takes what it gets twice.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from aiokafka import TopicPartition

from shared.errors import Unavailable
from shared.kafka import envelope
from shared.kafka.connection import administering, reading
from shared.kafka.publisher import Publisher
from shared.settings import Settings

POLL_MS = 1000
Span = tuple[int, int]  # the first offset, and the one after the last


async def spans(settings: Settings, topic: str, since: datetime) -> dict[int, Span]:
    """The offsets of `topic` since `since`, by partition, as far as they go now. Raises Unavailable."""
    async with administering(settings) as admin, reading(settings) as reader:
        (described,) = await admin.describe_topics([topic])
        if not described["partitions"]:
            raise Unavailable("kafka", f"there is no topic {topic}")
        everywhere = [TopicPartition(topic, one["partition"]) for one in described["partitions"]]
        reader.assign(everywhere)
        ends = await reader.end_offsets(everywhere)
        begins = await reader.offsets_for_times({place: int(since.timestamp() * 1000) for place in everywhere})
        return {
            place.partition: (begin.offset, ends[place])
            for place, begin in begins.items()
            if begin is not None and begin.offset < ends[place]
        }


async def replay(settings: Settings, topic: str, wanted: Mapping[int, Span]) -> AsyncIterator[int]:
    """Sends what stands at those offsets to the topic again, attempts counted anew. Yields how many messages it has sent and
    passed over so far; what is itself a replay is passed over. Raises Unavailable."""
    done = 0
    async with reading(settings) as reader, Publisher(settings) as publisher:
        places = [TopicPartition(topic, number) for number in wanted]
        reader.assign(places)
        for place in places:
            reader.seek(place, wanted[place.partition][0])
        left = {*places}
        while left:
            for place, records in (await reader.getmany(*left, timeout_ms=POLL_MS)).items():
                for record in records:
                    if record.offset >= wanted[place.partition][1] or envelope.text(record.headers, envelope.REPLAYED):
                        continue
                    headers = envelope.replayed(record.headers, f"{topic}/{place.partition}/{record.offset}")
                    await publisher.send(topic, record.value, record.key, headers)
                done += len(records)
                yield done
            left = {place for place in left if await reader.position(place) < wanted[place.partition][1]}
