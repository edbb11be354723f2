"""One runner for every stage: at-least-once, many items at a time, and what fails goes where it belongs.

consume → process → publish and await the acknowledgement → commit the lowest offset that is still open

- FastStream delivers batches of raw records and commits nothing (MANUAL); offsets are ours (`offsets.py`).
- At most `window` items are open. When the window is full the partitions are paused; the consumer goes on polling, so
  the group never takes it for dead.
- An item ends in one of five ways: its outputs; an outcome (`Ended`); a retry topic (`Transient`); a dead letter with an
  outcome `failed` (`Poison`, attempts used up); or it waits at the gate, open, while a dependency is `Unavailable`.
- Before a partition is given away its items are given a few seconds, what they finished is committed, the rest is
  cancelled and forgotten: a lost partition is never committed.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar, cast

import structlog
from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared import clock
from shared.errors import Ended, Poison, Transient, Unavailable, Wait
from shared.events import Event
from shared.item import Item
from shared.kafka import envelope
from shared.kafka.breaker import Breaker, BreakerState
from shared.kafka.deadline import WorkDeadline
from shared.kafka.endings import Endings
from shared.kafka.envelope import Record
from shared.kafka.gate import Gate
from shared.kafka.offsets import OffsetTracker, PartitionBook
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from shared.telemetry import metrics, tracing
from shared.topics import INPUTS, KIB, LARGEST, RETRY_STEPS, SPARE_TIME

COMMIT_SECONDS = 1.0
POLL_MS = 200
# What comes within so long is read together, unless it is much: a request for each message costs the client and the broker
# more than the message.
GATHER_MS = 300
MUCH_BYTES = 64 * KIB
REVOKE_DRAIN_SECONDS = 5.0
STALLED_SECONDS = 60.0
REBALANCE_TIMEOUT_MS = 60_000
METADATA_MAX_AGE_MS = 30_000
BREAKER_MARK = "breaker-open"  # the commit's metadata, by which a restart knows that the breaker had opened

Process = Callable[[Item[Any]], Awaitable[list[Event]]]
T = TypeVar("T")
log = structlog.get_logger()


@dataclass(eq=False)
class _Open:
    """An item in hand."""

    record: Record
    partition: TopicPartition
    book: PartitionBook
    since: float
    crowded: bool = False  # when it was taken up, too many of its key were open
    deadline: WorkDeadline | None = None
    task: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Consumer:
    """A stage at work on its topics. `name` is a key of `topics.INPUTS` and the consumer group.

    `window`: most items open at a time. `per_key`: most of them with one key; what is beyond waits beside the window, and
    when there are as many as in it, in a retry topic, without counting as an attempt. `deadline`: most work for one item.
    `on_assigned` is told of each new assignment, before anything of it is taken. `lag`: messages not yet done, of the
    partitions that this process has; measured every second.
    """

    name: str
    process: Process
    window: int
    deadline: timedelta
    per_key: int | None = None
    breaker: Breaker = field(default_factory=Breaker)
    on_assigned: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._tracker: OffsetTracker[TopicPartition] = OffsetTracker()
        self._backlog: deque[_Open] = deque()
        self._open: set[_Open] = set()
        self._beside: dict[bytes | None, deque[_Open]] = {}  # what waits for another of its key to end
        self._keys: Counter[bytes | None] = Counter()
        self.lag = 0
        self._gate = Gate(self._dependency)
        self._assigned: set[TopicPartition] | None = None
        self._stopping = False
        self._held: set[TopicPartition] = set()
        self._read: dict[TopicPartition, int] = {}
        self._tripped = False
        self._ticked: float | None = None
        self._log = log.bind(stage=self.name)
        self._endings: Endings
        self._subscriber: Any = None
        self._committer: asyncio.Task[None] | None = None

    # -- wiring ---------------------------------------------------------------------------------------------------

    def attach(self, broker: KafkaBroker, publisher: Publisher, settings: Settings, breaker_was_open: bool) -> None:
        """Subscribes on `broker`; nothing is consumed before the broker starts."""
        self._show_quiet()
        self._endings = Endings(self.name, publisher, self.breaker, settings.retry_scale, self._through_gate)
        if breaker_was_open:
            self.breaker.half_open()
        self._subscriber = broker.subscriber(
            *(topic.name for topic in INPUTS[self.name]),
            group_id=self.name,
            batch=True,
            max_records=self.window,
            batch_timeout_ms=POLL_MS,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            listener=_Listener(self),
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=settings.kafka_session_seconds * 1000,
            heartbeat_interval_ms=settings.kafka_session_seconds * 1000 // 10,
            rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
            max_partition_fetch_bytes=LARGEST,
            fetch_max_wait_ms=GATHER_MS,
            fetch_min_bytes=MUCH_BYTES,
            parser=_parse,
            decoder=_decode,
        )
        self._subscriber(self._take)

    def _show_quiet(self) -> None:
        """What has not happened yet stands at 0, so that its first time is seen as a change."""
        metrics.BREAKER_OPEN.labels(self.name).set(0)
        metrics.UNAVAILABLE.labels(self.name, "kafka").set(0)
        metrics.WAITS.labels(self.name)
        metrics.RETURNED.labels(self.name)
        for step in RETRY_STEPS:
            metrics.RETRIES.labels(self.name, step.suffix)
        for error in (Poison, Transient):
            metrics.DEAD_LETTERS.labels(self.name, error.__name__)

    async def start(self) -> None:
        self._ticked = asyncio.get_running_loop().time()
        self._committer = asyncio.create_task(self._commit_regularly())

    async def drain(self, seconds: float) -> None:
        """Takes nothing more, gives open items `seconds`, commits, cancels what is left."""
        self._stopping = True
        self._drop_backlog(lambda item: True)
        await self._settle(list(self._open), seconds)
        if self._committer:
            self._committer.cancel()
            await asyncio.gather(self._committer, return_exceptions=True)
        await self._commit()

    # -- health ---------------------------------------------------------------------------------------------------

    def assigned(self) -> bool:
        """Whether this process has a partition of this consumer's topics."""
        return bool(self._assigned)

    def not_ready(self) -> str | None:
        return None if self._assigned is not None else f"{self.name}: not in its group"

    def not_live(self) -> str | None:
        now = asyncio.get_running_loop().time()
        if self._ticked is not None and now - self._ticked > STALLED_SECONDS:
            return f"{self.name}: the loop has not ticked for {now - self._ticked:.0f} s"
        late = max((item.deadline.overdue_seconds for item in self._open if item.deadline), default=0.0)
        return f"{self.name}: an item is {late:.0f} s past its deadline" if late > STALLED_SECONDS else None

    # -- taking ---------------------------------------------------------------------------------------------------

    async def _take(self, records: Any) -> None:
        # `Any`, because FastStream builds a pydantic model of the annotation; it is the tuple that `_decode` returns.
        now = asyncio.get_running_loop().time()
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if self._stopping or partition not in (self._assigned or ()):
                continue
            book = self._tracker.book(partition)
            book.open(record.offset)
            self._read[partition] = record.offset + 1
            self._backlog.append(_Open(record, partition, book, now))
        self._dispatch()

    def _dispatch(self) -> None:
        """Starts what the window has room for, and pauses or resumes the partitions accordingly."""
        while self._backlog and len(self._open) < self.window and self._may_work():
            item = self._backlog.popleft()
            if self.per_key and self._keys[item.record.key] >= self.per_key:
                if self._set_beside(item):
                    continue
                item.crowded = True
            self._open.add(item)
            self._keys[item.record.key] += 1
            item.task = asyncio.create_task(self._handle(item))
        self._pause(bool(self._backlog) or len(self._open) >= self.window or not self._may_work())
        metrics.ITEMS_OPEN.labels(self.name).set(len(self._open))

    def _set_beside(self, item: _Open) -> bool:
        """Whether there was room: as much as in the window."""
        if sum(map(len, self._beside.values())) >= self.window:
            return False
        self._beside.setdefault(item.record.key, deque()).append(item)
        return True

    def _next_of(self, key: bytes | None) -> None:
        """One of `key` has ended: the first that waits for that is next of all."""
        if waiting := self._beside.get(key):
            self._backlog.appendleft(waiting.popleft())
            if not waiting:
                del self._beside[key]

    def _may_work(self) -> bool:
        # With nothing in hand, as after a rebalance, nobody would try whether the dependency is back: the next item does.
        may_try = self._gate.is_open or not self._open
        return not self._stopping and may_try and self.breaker.state is not BreakerState.OPEN

    def _pause(self, wanted: bool) -> None:
        """Pauses all partitions when `wanted`; else those for spare time, while there is none."""
        consumer = self._subscriber.consumer if self._subscriber else None
        if consumer is None or not (partitions := consumer.assignment()):
            return
        spare = {partition for partition in partitions if partition.topic in SPARE_TIME}
        held = set(partitions) if wanted else spare if self._news_waits(partitions - spare) else set()
        if held:
            consumer.pause(*held)
        if freed := (self._held - held) & partitions:
            consumer.resume(*freed)
        self._held = held

    def _news_waits(self, partitions: Iterable[TopicPartition]) -> bool:
        consumer = self._subscriber.consumer
        ends = {partition: consumer.highwater(partition) for partition in partitions}
        return any(end is not None and end > self._read.get(partition, end) for partition, end in ends.items()) or any(
            item.partition.topic not in SPARE_TIME for item in self._backlog
        )

    # -- one item -------------------------------------------------------------------------------------------------

    async def _handle(self, item: _Open) -> None:
        started = asyncio.get_running_loop().time()
        record = item.record
        structlog.contextvars.bind_contextvars(
            topic=record.topic, partition=record.partition, offset=record.offset,
            trace=tracing.trace_id(envelope.text(record.headers, "traceparent")),
        )  # fmt: skip
        try:
            result = await self._work(item)
        except asyncio.CancelledError:
            result = None
        finally:
            self._open.discard(item)
            self._keys[record.key] -= 1
            if not self._keys[record.key]:
                del self._keys[record.key]
            self._next_of(record.key)
        if result is not None:
            item.book.close(record.offset)
            metrics.ITEMS.labels(self.name, result).inc()
            metrics.ITEM_SECONDS.labels(self.name).observe(asyncio.get_running_loop().time() - started)
        self._dispatch()

    async def _work(self, item: _Open) -> str | None:
        """How the item ended, for the metrics; None when it stays open (the breaker has just opened)."""
        record = item.record
        message = None
        try:
            message = envelope.open_message(record.value, record.headers)
            structlog.contextvars.bind_contextvars(
                url_id=message.event.url_id, source_id=message.event.source_id, attempt=message.attempt
            )
            if item.crowded:
                raise Wait("too many items of this key are open")
            outputs = await self._through_gate(lambda: self._attempt(item, message))
            result = await self._endings.outputs(message, outputs)
            self._observe_way(message.event)
        except (Ended, Transient, Poison) as error:
            result = await self._endings.of(error, record, message)
        if result is None:
            await self._trip()
        return result

    async def _attempt(self, item: _Open, message: envelope.Opened[Event]) -> list[Event]:
        try:
            async with WorkDeadline(self.deadline.total_seconds()) as deadline:
                item.deadline = deadline
                return await self.process(Item(message.event, message.ce_id, message.attempt, deadline))
        except TimeoutError as error:
            raise Transient(f"no end after {self.deadline.total_seconds():g} s") from error
        except (Ended, Transient, Poison, Unavailable):
            raise
        except Exception as error:
            # A defect of ours. It must not lose news, nor drain the topic: it is retried, and the breaker watches.
            self._log.exception("defect", error=repr(error))
            raise Transient(f"defect: {type(error).__name__}: {error}") from error
        finally:
            item.deadline = None

    async def _through_gate(self, work: Callable[[], Awaitable[T]]) -> T:
        """`work`'s answer, however long a dependency of it is away."""
        while True:
            tried = await self._gate.passed()
            try:
                answer = await work()
            except Unavailable as error:
                self._gate.shut(error, tried)
                self._dispatch()
            except BaseException:
                # Whatever else went wrong, the dependency answered; a cancelled try tells nothing.
                self._gate.left() if tried and asyncio.current_task().cancelling() else self._gate.opened(tried)  # type: ignore[union-attr]
                raise
            else:
                self._gate.opened(tried)
                return answer

    async def _trip(self) -> None:
        """The breaker has opened: the item stays open, the partitions stay paused, and a restart will know."""
        if self._tripped:
            return
        self._tripped = True
        metrics.BREAKER_OPEN.labels(self.name).set(1)
        self._log.critical("dead-letter breaker open: the stage has stopped; repair the cause, then restart it")
        await self._commit(mark=True)

    # -- committing -----------------------------------------------------------------------------------------------

    async def _commit_regularly(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            self._ticked = loop.time()
            await self._commit()
            self._dispatch()
            self._measure()

    async def _commit(self, partitions: Iterable[TopicPartition] | None = None, mark: bool = False) -> None:
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        due = self._tracker.due(partitions)
        if mark:
            due = {tp: await consumer.position(tp) for tp in consumer.assignment()} | {
                tp: offset for tp in consumer.assignment() if (offset := self._tracker.book(tp).committable()) is not None
            }
        metadata = BREAKER_MARK if self.breaker.state is BreakerState.OPEN else ""
        if not due:
            return
        try:
            await consumer.commit({tp: OffsetAndMetadata(offset, metadata) for tp, offset in due.items()})
        except (KafkaError, IllegalStateError) as error:
            # Not ours any more, or Kafka is away: what was not committed is delivered again.
            self._log.warning("commit refused", error=type(error).__name__)
        else:
            self._tracker.committed(due)

    def _measure(self) -> None:
        now = asyncio.get_running_loop().time()
        oldest = max((now - item.since for item in self._open), default=0.0)
        metrics.OLDEST_OPEN_SECONDS.labels(self.name).set(oldest)
        consumer = self._subscriber.consumer
        behind: Counter[str] = Counter({topic.name: 0 for topic in INPUTS[self.name]})
        for partition in consumer.assignment() if consumer else ():
            end, done = consumer.highwater(partition), self._tracker.book(partition).committable()
            if end is not None and done is not None:
                behind[partition.topic] += max(0, end - done)
        self.lag = behind.total()
        for topic, messages in behind.items():
            metrics.LAG.labels(self.name, topic).set(messages)
            metrics.LAG_SECONDS.labels(self.name, topic).set(self._waited_seconds(topic))

    def _waited_seconds(self, topic: str) -> float:
        """Age of the oldest message of `topic` in hand, by the broker's time stamps. Whatever is read next is younger."""
        in_hand = (self._open, self._backlog, *self._beside.values())
        stamps = [item.record.timestamp for items in in_hand for item in items if item.partition.topic == topic]
        return max(0.0, clock.now().timestamp() - min(stamps) / 1000) if stamps else 0.0

    def _observe_way(self, event: Event) -> None:
        times = getattr(event, "times", None)
        discovered = times.discovered if times else getattr(event, "discovered_at", None)
        if discovered is not None:
            metrics.WAY_SECONDS.labels(self.name).observe(max(0.0, (clock.now() - discovered).total_seconds()))

    # -- rebalancing ----------------------------------------------------------------------------------------------

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions are about to go to another member."""
        gone = set(partitions)
        self._assigned = None
        self._drop_backlog(lambda item: item.partition in gone)
        await self._settle([item for item in self._open if item.partition in gone], REVOKE_DRAIN_SECONDS)
        await self._commit(gone)
        self._tracker.forget(gone)

    async def given(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions, and no others, are this member's now."""
        self._assigned = set(partitions)
        self._held, self._read = set(), {}
        metrics.REBALANCES.labels(self.name).inc()
        if self.on_assigned:
            self.on_assigned()
        self._dispatch()

    def _drop_backlog(self, chosen: Callable[[_Open], bool]) -> None:
        self._backlog = deque(item for item in self._backlog if not chosen(item))
        left = {key: deque(item for item in waiting if not chosen(item)) for key, waiting in self._beside.items()}
        self._beside = {key: waiting for key, waiting in left.items() if waiting}

    async def _settle(self, items: list[_Open], seconds: float) -> None:
        tasks = [item.task for item in items if item.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds if self._gate.is_open else 0)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _dependency(self, what: str, shut: bool) -> None:
        metrics.UNAVAILABLE.labels(self.name, what).set(1 if shut else 0)
        if shut:
            self._log.warning("waits for a dependency", dependency=what)
        else:
            self._log.info("dependency is back", dependency=what)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._consumer.revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._consumer.given(assigned)


async def _parse(records: tuple[Record, ...], original: Callable[[Any], Awaitable[Any]]) -> Any:
    """FastStream decodes headers while parsing and skips a record whose header is not UTF-8: so it sees none."""
    message = await original(tuple(replace(cast(Any, record), headers=()) for record in records))
    message.raw_message = records
    return message


async def _decode(message: Any) -> tuple[Record, ...]:
    records: tuple[Record, ...] = message.raw_message
    return records
