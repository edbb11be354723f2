"""A service's life: wait for Kafka, consume, tell how it is, and stop in order."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from shared.errors import Unavailable
from shared.kafka.connection import administering, security
from shared.kafka.publisher import Publisher
from shared.kafka.returner import Returner
from shared.kafka.runner import BREAKER_MARK, METADATA_MAX_AGE_MS, Consumer
from shared.settings import Settings
from shared.telemetry.health import HealthServer, Probe

__all__ = ["Consumer", "Publisher", "run"]

CONNECT_PAUSE_SECONDS = 1.0
Background = Callable[[], Awaitable[None]]


async def run(
    name: str,
    settings: Settings,
    listen: str,
    consumers: Sequence[Consumer],
    *,
    publisher: Publisher | None = None,
    background: Sequence[Background] = (),
    probes: Sequence[Probe] = (),
    on_stop: Sequence[Callable[[], Awaitable[None]]] = (),
) -> None:
    """Runs the service `name` until SIGTERM or SIGINT, or until a background task fails.

    `background` coroutines run beside the consumers and are cancelled at the end; `on_stop` is awaited last.
    """
    log = structlog.get_logger(stage=name)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        for last in reversed(on_stop):
            stack.push_async_callback(last)
        own = publisher if publisher is not None else await stack.enter_async_context(Publisher(settings))
        await stack.enter_async_context(HealthServer(listen, [*consumers, *probes]))
        connecting = asyncio.create_task(_connect(consumers, own, settings, log))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({connecting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            return
        broker = connecting.result()
        tasks = [asyncio.create_task(Returner(c.name, settings, own).run()) for c in consumers]
        tasks += [asyncio.ensure_future(work()) for work in background]
        log.info("running")
        done, _ = await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        await asyncio.gather(*(consumer.drain(settings.drain_seconds) for consumer in consumers))
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)
        if broker:
            await broker.stop()
        for task in done - {stopped}:
            task.result()  # a background task that failed ends the service with its error


async def _connect(
    consumers: Sequence[Consumer], publisher: Publisher, settings: Settings, log: structlog.stdlib.BoundLogger
) -> KafkaBroker | None:
    if not consumers:
        return None
    told = False
    while True:
        broker = KafkaBroker(
            settings.kafka_bootstrap,
            security=security(settings),
            allow_auto_create_topics=False,
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
            logger=logging.getLogger("babelwire.faststream"),
            apply_types=False,
        )
        try:
            marked = await _breakers_that_were_open([consumer.name for consumer in consumers], settings)
            for consumer in consumers:
                consumer.attach(broker, publisher, settings, consumer.name in marked)
            await broker.start()
        except (KafkaError, OSError, Unavailable) as error:
            if not told:
                log.warning("kafka does not answer; trying on", address=settings.kafka_bootstrap, error=str(error))
            told = True
            with contextlib.suppress(KafkaError, OSError):
                await broker.stop()
            await asyncio.sleep(CONNECT_PAUSE_SECONDS)
        else:
            for consumer in consumers:
                await consumer.start()
            return broker


async def _breakers_that_were_open(names: list[str], settings: Settings) -> set[str]:
    async with administering(settings) as admin:
        return {
            name
            for name in names
            if any(meta.metadata == BREAKER_MARK for meta in (await admin.list_consumer_group_offsets(name)).values())
        }
