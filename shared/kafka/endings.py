"""How an item ends: its outputs; an outcome; a retry topic; or a dead letter with an outcome `failed`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from shared import clock, ids
from shared.errors import Ended, Permanent, State, Transient, Wait
from shared.events import Event, Outcome
from shared.kafka import deadletters, envelope
from shared.kafka.breaker import Breaker
from shared.kafka.envelope import Opened, Record
from shared.kafka.publisher import Publisher
from shared.kafka.retry import next_step
from shared.telemetry import metrics
from shared.topics import RetryStep, dead_letters

MAX_REASON = 200
ThroughGate = Callable[[Callable[[], Awaitable[None]]], Awaitable[Any]]


class Endings:
    """The endings of one stage. Each is acknowledged by the broker before the method returns the result for the metrics;
    None means that the breaker has opened and the item must stay open."""

    def __init__(
        self, stage: str, publisher: Publisher, breaker: Breaker, retry_scale: float, through_gate: ThroughGate
    ) -> None:
        self._stage = stage
        self._publisher = publisher
        self._breaker = breaker
        self._scale = retry_scale
        self._through_gate = through_gate
        self._log = structlog.get_logger(stage=stage)

    async def outputs(self, message: Opened[Event], outputs: list[Event]) -> str | None:
        """The stage has done its work. Raises Ended(too_large) when an output is over its topic's limit."""
        await self._publish(message, outputs)
        self._breaker.good()
        return "done"

    async def of(self, error: Permanent | Transient, record: Record, message: Opened[Event] | None) -> str | None:
        """The ending that `error` calls for; `message` is None where the record could not be read."""
        match error:
            case Ended() if message is not None:
                self._log.info("ended", state=error.state, reason=error.reason)
                return await self._end(message, error.state, error.reason)
            case Transient() if message is not None:
                step = next_step(error, message.attempt, self._scale)
                if step is not None:
                    return await self._retry(record, message, error, step)
                if error.state is not None:
                    return await self._end(message, error.state, error.reason)
        return await self._dead_letter(record, message, error)

    async def _end(self, message: Opened[Event], state: State, reason: str) -> str:
        await self._publish(message, self._outcome(message.event, state, reason))
        self._breaker.good()
        return str(state)

    async def _retry(self, record: Record, message: Opened[Event], error: Transient, step: RetryStep) -> str:
        waits = isinstance(error, Wait)
        attempt = message.attempt if waits else message.attempt + 1
        headers = envelope.replaced(record.headers, x_attempt=str(attempt), x_original_topic=record.topic)
        topic = f"{self._stage}.{step.suffix}"
        await self._through_gate(lambda: self._publisher.send(topic, record.value, record.key, headers))
        if not waits:
            due = clock.now() + step.delay * self._scale
            note = self._outcome(message.event, State.QUEUED, f"{self._stage} waits: {error.reason}", not_before=due)
            await self._publish(replace(message, ce_id=ids.event_id("wait", message.ce_id, message.attempt)), note)
        (metrics.WAITS.labels(self._stage) if waits else metrics.RETRIES.labels(self._stage, step.suffix)).inc()
        self._log.info("waits" if waits else "retry", step=step.suffix, reason=error.reason)
        self._breaker.good()
        return "wait" if waits else "retry"

    async def _dead_letter(self, record: Record, message: Opened[Event] | None, error: Exception) -> str | None:
        if not self._breaker.may_dead_letter():
            return None
        headers = deadletters.headers_of(
            record.headers, stage=self._stage, error=error, topic=record.topic, partition=record.partition,
            offset=record.offset, attempt=envelope.attempt(record.headers), at=clock.now(),
        )  # fmt: skip
        failed = self._failed(record, message, f"{self._stage}: {error}")
        place = f"{record.topic}/{record.partition}/{record.offset}"

        async def send() -> None:
            await self._publisher.send(dead_letters(self._stage).name, record.value, record.key, headers)
            await self._publisher.publish(failed, source=f"{self._stage}.dlq", cause=place)

        await self._through_gate(send)
        metrics.DEAD_LETTERS.labels(self._stage, type(error).__name__).inc()
        self._log.error("dead letter", error=str(error), error_type=type(error).__name__)
        return "dead_letter"

    async def _publish(self, message: Opened[Event], events: list[Event]) -> None:
        if events:
            await self._through_gate(
                lambda: self._publisher.publish(
                    events, source=self._stage, cause=message.ce_id, traceparent=message.traceparent
                )
            )

    def _outcome(self, event: Event, state: State, reason: str, not_before: datetime | None = None) -> list[Event]:
        """The outcome for the ledger; none for an event whose URL is not in it."""
        if not event.in_ledger:
            return []
        return [
            Outcome(
                url_id=event.url_id, url=event.url, source_id=event.source_id, attempt=event.attempt, state=state,
                reason=reason[:MAX_REASON], stage=self._stage, at=clock.now(), not_before=not_before,
                discovered_at=getattr(event, "discovered_at", None),
            )
        ]  # fmt: skip

    def _failed(self, record: Record, message: Opened[Event] | None, reason: str) -> list[Event]:
        if message is not None:
            return self._outcome(message.event, State.FAILED, reason)
        # The record cannot be read, but a header names its URL.
        subject = envelope.text(record.headers, "ce_subject")
        if not subject or self._stage == "ledger":
            return []
        return [
            Outcome(
                url_id=subject, url="", source_id="", state=State.FAILED, reason=reason[:MAX_REASON], stage=self._stage,
                at=clock.now(),
            )
        ]  # fmt: skip
