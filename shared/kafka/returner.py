"""How what is due comes back.

A retry topic has one fixed delay and is never processed from. A returner moves what is due back to the topic it came
from, under the same key, so that the key's owner handles it.
"""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared import clock
from shared.errors import Unavailable
from shared.kafka import envelope
from shared.kafka.connection import connection
from shared.kafka.publisher import Publisher
from shared.kafka.retry import due
from shared.settings import Settings
from shared.telemetry import metrics
from shared.topics import LARGEST, RETRY_STEPS, retry_topics

IDLE_SECONDS = 0.5
# The broker answers at once where there is something. What comes due while it is asked waits for so long in vain.
ASK_MS = 2_000


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
            fetch_max_wait_ms=ASK_MS,
        )
        try:
            await consumer.start()
            paused: dict[TopicPartition, float] = {}
            while True:
                for partition, due_at in list(paused.items()):
                    if due_at <= clock.now().timestamp():
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
        waited, due_at = due(records, self._delay[partition.topic], clock.now().timestamp())
        sending = [
            self._publisher.send(target, record.value, record.key, list(record.headers))
            for record in waited
            if (target := envelope.text(record.headers, envelope.ORIGINAL_TOPIC))
        ]
        await asyncio.gather(*sending)
        metrics.RETURNED.labels(self._name).inc(len(sending))
        if waited:
            await consumer.commit({partition: waited[-1].offset + 1})
        if due_at is None:
            return None
        consumer.pause(partition)
        consumer.seek(partition, records[len(waited)].offset)
        return due_at
