"""Dead letters: what could not be handled, whole, with why; to be read, mended and replayed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from aiokafka import TopicPartition

from shared.clock import iso
from shared.kafka import envelope
from shared.kafka.connection import reading
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from shared.topics import dead_letters


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter as read back: the original bytes, key and headers, and what went wrong."""

    consumer: str
    offset: int
    at: datetime
    key: bytes | None
    value: bytes | None
    headers: envelope.Headers

    def told(self, name: str) -> str:
        """One of `stage error-type error attempt original-topic original-partition original-offset failed-at`."""
        return envelope.text(self.headers, f"x-{name}") or ""

    @property
    def url_id(self) -> str | None:
        return envelope.text(self.headers, "ce_subject")


def headers_of(
    original: envelope.Headers, *, stage: str, error: BaseException, attempt: int, topic: str, partition: int, offset: int,
    at: datetime,
) -> list[tuple[str, bytes]]:  # fmt: skip
    """The original headers, with what a dead letter adds."""
    return envelope.replaced(
        original,
        x_stage=stage,
        x_error_type=type(error).__name__,
        x_error=str(error),
        x_attempt=str(attempt),
        x_original_topic=envelope.text(original, envelope.ORIGINAL_TOPIC) or topic,
        x_original_partition=str(partition),
        x_original_offset=str(offset),
        x_failed_at=iso(at),
    )


async def read_dead_letters(settings: Settings, consumer: str) -> AsyncIterator[DeadLetter]:
    """All dead letters of `consumer`, oldest first. Reads outside any group, so nothing is consumed. Raises Unavailable."""
    topic = dead_letters(consumer).name
    partition = TopicPartition(topic, 0)
    async with reading(settings) as reader:
        reader.assign([partition])
        end = (await reader.end_offsets([partition]))[partition]
        while await reader.position(partition) < end:
            for record in (await reader.getmany(partition, timeout_ms=1000)).get(partition, []):
                yield DeadLetter(
                    consumer,
                    record.offset,
                    datetime.fromtimestamp(record.timestamp / 1000).astimezone(),
                    record.key,
                    record.value,
                    record.headers,
                )


async def replay(settings: Settings, letters: list[DeadLetter]) -> int:
    """Sends `letters` back to the topics they came from, attempts counted anew; returns how many."""
    async with Publisher(settings) as publisher:
        for letter in letters:
            headers = envelope.replayed(letter.headers, f"{letter.consumer}.dlq/{letter.offset}")
            await publisher.send(letter.told("original-topic"), letter.value, letter.key, headers)
    return len(letters)
