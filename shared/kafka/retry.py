"""When to try again, and how what is due comes back.

A retry topic has one fixed delay and is never processed from. A returner moves what is due back to the topic it came
from, under the same key, so that the key's owner handles it.
"""

import asyncio
from datetime import timedelta

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared import clock
from shared.errors import Transient, Unavailable, Wait
from shared.kafka import envelope
from shared.kafka.connection import connection
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from shared.telemetry import metrics
from shared.topics import LARGEST, RETRY_STEPS, RetryStep, retry_topics

MAX_ATTEMPTS = len(RETRY_STEPS) + 1
IDLE_SECONDS = 0.5


def next_step(error: Transient, attempt: int, scale: float) -> RetryStep | None:
    """Where an item that failed its `attempt`-th delivery waits; None when its attempts are used up.

    It waits at least as long as the error asks for, as far as there is a step that long; a `Wait` takes the shortest step
    that is long enough, however often.
    """
    if not isinstance(error, Wait) and attempt >= MAX_ATTEMPTS:
        return None
    least = 0 if isinstance(error, Wait) else attempt - 1
    after = error.after or timedelta(0)
    for step in RETRY_STEPS[least:]:
        if step.delay * scale >= after:
            return step
    return RETRY_STEPS[-1]


class Returner:
    """Moves what is due from the retry topics of `consumer` back to where it came from."""

    def __init__(self, consumer: str, settings: Settings, publisher: Publisher) -> None:
        self._name = consumer
        self._settings = settings
        self._publisher = publisher
        self._log = structlog.get_logger(stage=f"{consumer}.returner")
        self._delay = {
            f"{consumer}.{step.suffix}": step.delay.total_seconds() * settings.retry_scale for step in RETRY_STEPS
        }

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            try:
                await self._consume()
            except (KafkaError, Unavailable) as error:
                self._log.warning("returner waits for kafka", error=str(error))
                await asyncio.sleep(IDLE_SECONDS)

    async def _consume(self) -> None:
        consumer = AIOKafkaConsumer(
            *(topic.name for topic in retry_topics(self._name)),
            **connection(self._settings),
            group_id=f"{self._name}.returner",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=LARGEST,
        )
        try:
            await consumer.start()
            paused: dict[TopicPartition, float] = {}
            while True:
                for partition, due in list(paused.items()):
                    if due <= clock.now().timestamp():
                        del paused[partition]
                        if partition in consumer.assignment():
                            consumer.resume(partition)
                for partition, records in (await consumer.getmany(timeout_ms=int(IDLE_SECONDS * 1000))).items():
                    next_due = await self._return_due(consumer, partition, records)
                    if next_due is not None:
                        paused[partition] = next_due
        finally:
            await consumer.stop()

    async def _return_due(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, records: list[envelope.Record]
    ) -> float | None:
        """Returns when the first record that was left is due."""
        sending, left, due = [], None, 0.0
        for record in records:
            due = record.timestamp / 1000 + self._delay[partition.topic]
            if due > clock.now().timestamp():
                left = record
                break
            target = envelope.text(record.headers, envelope.ORIGINAL_TOPIC)
            if target:
                sending.append(self._publisher.send(target, record.value, record.key, list(record.headers)))
        await asyncio.gather(*sending)
        metrics.RETURNED.labels(self._name).inc(len(sending))
        if sending:
            await consumer.commit({partition: left.offset if left else records[-1].offset + 1})
        if left is None:
            return None
        consumer.pause(partition)
        consumer.seek(partition, left.offset)
        return due
