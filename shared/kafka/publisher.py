"""Sending: idempotent, zstd, acknowledged by all replicas before anything is committed.

The producer is aiokafka's own: FastStream's `publish` adds headers of its own and takes no header as bytes, so it could
not carry a dead letter unchanged.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared import clock, ids
from shared.errors import Ended, State, Unavailable
from shared.events import Event, Trend
from shared.kafka import envelope
from shared.kafka.connection import connection, guarded
from shared.settings import Settings
from shared.telemetry import metrics, tracing
from shared.topics import LARGEST

REQUEST_TIMEOUT_MS = 15_000
LINGER_MS = 5
BATCH_BYTES = 256 * 1024


class Publisher:
    """A producer that is made anew after a failure, because an idempotent one cannot go on past a lost batch."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._making = asyncio.Lock()

    async def __aenter__(self) -> "Publisher":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._discard(self._producer)

    async def publish(
        self, events: Sequence[Event | Trend], *, source: str, cause: str, traceparent: str | None = None
    ) -> None:
        """Sends `events` and waits for every acknowledgement; their ids follow from `source`, `cause` and position.

        Raises Ended(too_large) before anything is sent when one is over its topic's limit, Unavailable when Kafka is away.
        """
        sealed = [
            envelope.seal(
                event,
                ce_id=ids.event_id(source, cause, position),
                source=source,
                at=clock.now(),
                traceparent=tracing.traceparent(traceparent),
            )
            for position, event in enumerate(events)
        ]
        for message in sealed:
            if len(message.value) > message.limit:
                raise Ended(State.TOO_LARGE, f"message over {message.limit} bytes")
        await asyncio.gather(*(self.send(m.topic, m.value, m.key, m.headers) for m in sealed))

    async def send(self, topic: str, value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes]]) -> None:
        """Sends one message as it is and waits for its acknowledgement. Raises Unavailable, Ended(too_large)."""
        producer = await self._ready()
        try:
            with guarded(f" on {topic}"):
                await producer.send_and_wait(topic, value=value, key=key, headers=headers)
        except Unavailable as error:
            if isinstance(error.__cause__, MessageSizeTooLargeError):
                raise Ended(State.TOO_LARGE, f"message over the limit of {topic}") from error
            await self._discard(producer)
            raise
        metrics.SENT_BYTES.labels(topic).inc(len(value or b""))

    async def _ready(self) -> AIOKafkaProducer:
        async with self._making:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **connection(self._settings),
                    enable_idempotence=True,
                    compression_type="zstd",
                    max_request_size=LARGEST + BATCH_BYTES,
                    max_batch_size=BATCH_BYTES,
                    linger_ms=LINGER_MS,
                    request_timeout_ms=REQUEST_TIMEOUT_MS,
                )
                try:
                    with guarded():
                        await producer.start()
                except Unavailable:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _discard(self, producer: AIOKafkaProducer | None) -> None:
        if self._producer is producer:
            self._producer = None
        if producer is None:
            return
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_MS / 1000):
                await producer.stop()
        except (KafkaError, OSError, TimeoutError):
            return
