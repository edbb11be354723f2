"""Processes of services under test, and a bench that feeds them and watches what comes out."""

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import clock, topics
from shared.events import Event, Outcome, Page
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.admin import apply_topics, lag
from shared.kafka.deadletters import DeadLetter, read_dead_letters
from shared.kafka.publisher import Publisher
from shared.settings import Settings

STAGE = "tests.integration.stage_worker"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """One process: of the test stage (`stage_worker CONSUMER PORT`), or of a service (`services.NAME`)."""

    def __init__(self, module: str, *arguments: str, settings: Settings, **environment: str) -> None:
        self.port = free_port()
        self._command = ["-m", module, *arguments, *([str(self.port)] if arguments else [])]
        service = module.rpartition(".")[2].upper()
        self._environment = os.environ | {
            "BABELWIRE_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
            "BABELWIRE_OPENSEARCH_URL": settings.opensearch_url,
            f"BABELWIRE_{service}_LISTEN": f"127.0.0.1:{self.port}",
            "BABELWIRE_REFRESH_SECONDS": str(settings.refresh_seconds),
            "BABELWIRE_RETRY_SCALE": str(settings.retry_scale),
            "BABELWIRE_KAFKA_SESSION_SECONDS": "6",
            "BABELWIRE_LOG_LEVEL": "warning",
        } | environment  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> "Worker":
        self._process = await asyncio.create_subprocess_exec(sys.executable, *self._command, env=self._environment)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def send(self, number: int) -> None:
        """Sends the process the signal `number`, and does not wait for what it does."""
        os.kill(self.pid, number)

    async def kill(self, number: int = signal.SIGKILL) -> int:
        """Ends the process with `number`; its exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()

    async def ready(self) -> None:
        await self.answers("/health/ready")

    async def answers(self, path: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await until(lambda: self._answers(client, path), f"{path} answers 200")

    async def metric(self, line: str) -> float:
        """The value of the series whose name and labels are `line`; 0 where there is none."""
        async with httpx.AsyncClient(trust_env=False) as client:
            for found in (await client.get(f"http://127.0.0.1:{self.port}/metrics")).text.splitlines():
                if found.startswith(line + " "):
                    return float(found.rpartition(" ")[2])
        return 0.0

    async def _answers(self, client: httpx.AsyncClient, path: str) -> bool:
        try:
            return (await client.get(f"http://127.0.0.1:{self.port}{path}")).status_code == 200
        except httpx.TransportError:
            return False


async def until(condition: Callable[[], Any], what: str, seconds: float = 90) -> None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"waited {seconds} s in vain: {what}")


class Bench:
    """Feeds a stage and watches what comes out of it; only this test's own URLs are seen."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.publisher = Publisher(settings)
        self.run = uuid.uuid4().hex[:8]
        self.fed: set[str] = set()
        self.seen: dict[str, list[Outcome]] = {}
        self.workers: list[Worker] = []
        self._watcher: asyncio.Task[None] | None = None

    def page(self, kind: str, number: int = 0, host: str | None = None) -> Page:
        url = f"http://{host or f'h{number % 40}.{self.run}.example'}/{kind}/{self.run}/{number}"
        return Page(
            url_id=url_id(url), url=url, source_id="s", final_url=url, discovered_at=clock.now(), fetched_at=clock.now(),
            body=b"<p>x</p>",
        )  # fmt: skip

    async def feed(self, *events: Event) -> None:
        await self.publisher.publish(list(events), source="test", cause=uuid.uuid4().hex)
        self.fed |= {event.url_id for event in events}

    async def worker(self, consumer: str = "extractor", **environment: str) -> Worker:
        return await self.begin(Worker(STAGE, consumer, settings=self.settings, STAGE_RUN=self.run, **environment))

    async def service(self, name: str, **environment: str) -> Worker:
        return await self.begin(Worker(f"services.{name}", settings=self.settings, **environment))

    async def begin(self, worker: Worker) -> Worker:
        self.workers.append(worker)
        return await worker.start()

    def ended(self, *states: str) -> set[str]:
        return {
            one for one, outcomes in self.seen.items() if any(o.state in (states or ("not_article",)) for o in outcomes)
        } & self.fed

    async def all_ended(self) -> None:
        await until(lambda: self.ended() == self.fed, f"all of {len(self.fed)} ended")

    async def lag_is_zero(self, consumer: str = "extractor") -> None:
        async def zero() -> bool:
            return sum((await lag(self.settings))[consumer].values()) == 0

        await until(zero, f"{consumer} has no lag")

    async def dead_letters(self, consumer: str = "extractor") -> list[DeadLetter]:
        return [
            letter async for letter in read_dead_letters(self.settings, consumer) if self.run in (letter.key or b"").decode()
        ]

    async def watch(self) -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap, enable_auto_commit=False)
        await reader.start()
        try:
            reader.assign([TopicPartition("news.outcomes", n) for n in range(topics.OUTCOMES.partitions)])
            await reader.seek_to_end()
            self.watching.set()
            async for record in reader:
                event = envelope.open_message(record.value, record.headers).event
                assert isinstance(event, Outcome)
                self.seen.setdefault(event.url_id, []).append(event)
        finally:
            await reader.stop()

    async def __aenter__(self) -> "Bench":
        self.watching = asyncio.Event()
        await apply_topics(self.settings)
        self._watcher = asyncio.create_task(self.watch())
        await self.watching.wait()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for worker in self.workers:
            await worker.kill(signal.SIGTERM)
        assert self._watcher is not None
        self._watcher.cancel()
        await asyncio.gather(self._watcher, return_exceptions=True)
        await self.publisher.__aexit__()
