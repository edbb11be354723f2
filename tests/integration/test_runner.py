"""The runner on a real broker, as separate processes: whatever happens to them, outputs = inputs."""

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from console.native.engine import Engine
from shared import clock
from shared import topics as known_topics
from shared.events import Event, FetchRequest, Outcome, Page
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.admin import apply_topics, lag
from shared.kafka.deadletters import DeadLetter, read_dead_letters, replay
from shared.kafka.publisher import Publisher
from shared.settings import Settings

pytestmark = [pytest.mark.engines, pytest.mark.timeout(180)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """One process of the test stage."""

    def __init__(self, consumer: str, settings: Settings, **environment: str) -> None:
        self.port = free_port()
        self._consumer = consumer
        self._environment = os.environ | {
            "BABELWIRE_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
            "BABELWIRE_RETRY_SCALE": str(settings.retry_scale),
            "BABELWIRE_KAFKA_SESSION_SECONDS": "6",
            "BABELWIRE_LOG_LEVEL": "warning",
        } | environment  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> "Worker":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.integration.stage_worker", self._consumer, str(self.port),
            env=self._environment,
        )  # fmt: skip
        return self

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
        worker = Worker(consumer, self.settings, **environment)
        self.workers.append(worker)
        await worker.start()
        return worker

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
            reader.assign([TopicPartition("news.outcomes", n) for n in range(known_topics.OUTCOMES.partitions)])
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


@pytest.fixture
async def bench(kafka: str) -> AsyncIterator[Bench]:
    async with Bench(Settings(kafka_bootstrap=kafka, retry_scale=0.02)) as found:
        yield found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "SIGTERM"])
async def test_600_items_survive_two_ends_in_mid_flight(bench: Bench, number: int) -> None:
    await bench.feed(*(bench.page("ok", n) for n in range(600)))
    for share in (0.2, 0.6):
        worker = await bench.worker(STAGE_MS="100")
        await until(lambda share=share: len(bench.ended()) >= 600 * share, f"{share:.0%} ended")  # type: ignore[misc]
        assert await worker.kill(number) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert len(bench.ended()) < 600
    await bench.worker()
    await bench.all_ended()
    await bench.lag_is_zero()
    if number == signal.SIGTERM:
        assert all(len(outcomes) == 1 for outcomes in bench.seen.values()), "a drain finishes what it began"


async def test_what_cannot_be_read_becomes_a_dead_letter_and_the_next_record_flows(bench: Bench) -> None:
    good = [bench.page("ok", n, host=f"one.{bench.run}.example") for n in range(8)]
    sealed = envelope.seal(bench.page("ok", 99), ce_id="x", source="test", at=clock.now(), traceparent="")
    key = good[0].final_url.split("/")[2].encode()
    send = bench.publisher.send
    await bench.feed(*good[:2])
    await send("news.pages", b"{", key, [*(h for h in sealed.headers if h[0] != "page"), ("page", b"{")])
    await bench.feed(*good[2:4])
    await send("news.pages", sealed.value, key, [*sealed.headers, ("note", b"\xff\xfe")])
    await bench.feed(*good[4:6])
    await send("news.pages", None, key, sealed.headers)
    await bench.feed(*good[6:])
    await bench.worker()
    await bench.all_ended()
    await bench.lag_is_zero()
    letters = await bench.dead_letters()
    assert [letter.value for letter in letters] == [b"{", sealed.value, None]
    assert all(letter.key == key and letter.told("original-topic") == "news.pages" for letter in letters)
    assert {letter.told("error-type") for letter in letters} == {"Poison"}
    assert ("note", b"\xff\xfe") in letters[1].headers, "the original headers are kept, byte by byte"
    bench.fed.add(bench.page("ok", 99).url_id)
    await until(lambda: len(bench.ended("failed")) == 1, "the outcome `failed` beside the dead letter")


async def test_a_straggler_of_3_seconds_does_not_stop_63_others(bench: Bench) -> None:
    host = f"one.{bench.run}.example"
    straggler = bench.page("straggler", 0, host)
    await bench.feed(straggler, *(bench.page("ok", n, host) for n in range(1, 64)))
    await bench.worker()
    await until(lambda: len(bench.ended()) == 63, "63 ended")
    assert straggler.url_id not in bench.ended()
    await bench.all_ended()


async def test_an_item_past_its_deadline_is_cancelled_and_tried_again(bench: Bench) -> None:
    await bench.feed(bench.page("hang", 1), bench.page("ok", 2))
    worker = await bench.worker(STAGE_DEADLINE="1")
    await bench.all_ended()
    assert await worker.metric('babelwire_retries_total{stage="extractor",step="retry.30s"}') >= 1


async def test_while_a_dependency_is_down_nothing_is_parked_and_all_goes_on_by_itself(bench: Bench, tmp_path: Path) -> None:
    away = tmp_path / "away"
    worker = await bench.worker(STAGE_AWAY=str(away))
    await bench.feed(*(bench.page("ok", n) for n in range(20)))
    await bench.all_ended()
    away.touch()
    await bench.feed(*(bench.page("ok", n) for n in range(20, 200)))

    async def unavailable() -> bool:
        return await worker.metric('babelwire_dependency_unavailable{dependency="dependency",stage="extractor"}') == 1

    await until(unavailable, "the stage says what it waits for")
    assert len(bench.ended()) == 20
    away.unlink()
    await bench.all_ended()
    assert await bench.dead_letters() == []
    assert await worker.metric('babelwire_retries_total{stage="extractor",step="retry.30s"}') == 0


async def test_the_breaker_stops_a_stage_whose_every_item_dies_and_a_restart_has_a_budget_of_one(bench: Bench) -> None:
    await bench.feed(*(bench.page("poison", n) for n in range(60)))
    worker = await bench.worker()

    async def open_breaker() -> bool:
        return await worker.metric('babelwire_breaker_open{stage="extractor"}') == 1

    await worker.ready()
    await until(open_breaker, "the breaker is open")
    await until(lambda: len(bench.ended("failed")) == 5, "each dead letter has its outcome")
    assert len(await bench.dead_letters()) == 5
    assert await worker.kill(signal.SIGTERM) == 0
    worker = await bench.worker()
    await worker.ready()
    await until(open_breaker, "the breaker is open again")
    assert len(await bench.dead_letters()) == 6
    await worker.kill(signal.SIGTERM)
    # The fault is repaired: what was not dead-lettered goes its way, and what was is replayed.
    await bench.worker(STAGE_REPAIRED="yes")
    await until(lambda: len(bench.ended()) == 54, "54 ended")
    await replay(bench.settings, await bench.dead_letters())
    await bench.all_ended()


async def test_two_topics_in_one_group_are_both_consumed(bench: Bench) -> None:
    requests = [
        FetchRequest(
            url_id=url_id(f"http://h{n}.{bench.run}.example/ok/{kind}"), url=f"http://h{n}.{bench.run}.example/ok/{kind}",
            source_id="s", kind=kind, reason="poll", discovered_at=clock.now(), bulk=bulk,
        )
        for n in range(20) for kind, bulk in (("feed", False), ("article", False), ("article", True))
    ]  # fmt: skip
    assert {known_topics.route(request)[0].name for request in requests} == {"news.polls", "news.fetch", "news.fetch.bulk"}
    await bench.feed(*requests)
    await bench.worker("fetcher")
    await bench.all_ended()


async def test_one_to_three_to_one_replicas_under_load_lose_nothing(bench: Bench) -> None:
    first = await bench.worker(STAGE_MS="50")
    await bench.feed(*(bench.page("ok", n) for n in range(400)))
    await until(lambda: len(bench.ended()) >= 40, "work has begun")
    others = [await bench.worker(STAGE_MS="50") for _ in range(2)]
    await bench.feed(*(bench.page("ok", n) for n in range(400, 800)))
    for other in others:
        await other.ready()
    await bench.feed(*(bench.page("ok", n) for n in range(800, 1200)))
    await others[0].kill(signal.SIGTERM)
    await others[1].kill(signal.SIGKILL)
    await bench.all_ended()
    await bench.lag_is_zero()
    assert first is bench.workers[0]


async def test_a_slow_revoke_commits_nothing_for_a_lost_partition(bench: Bench, tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    first = await bench.worker(STAGE_HOLD=str(hold))
    await first.ready()
    held = [bench.page("hold", n) for n in range(12)]
    await bench.feed(*held)

    async def holding() -> bool:
        return await first.metric('babelwire_items_open{stage="extractor"}') == 12

    await until(holding, "all items are held")
    second = await bench.worker(STAGE_HOLD=str(hold))
    await second.ready()
    assert bench.ended() == set(), "no held item can have ended"
    await first.kill()
    await second.kill()
    hold.unlink()
    await bench.worker()
    await bench.all_ended()


async def test_a_replayed_dead_letter_is_handled_like_a_new_message(bench: Bench) -> None:
    page = bench.page("ok", 1)
    sealed = envelope.seal(page, ce_id="x", source="test", at=clock.now(), traceparent="")
    bad = [*sealed.headers, ("note", b"\xff\xfe")]
    key = f"replayed.{bench.run}.example".encode()
    await bench.publisher.send("news.pages", sealed.value, key, bad)
    await bench.worker()

    async def died() -> bool:
        return len(await bench.dead_letters()) == 1

    await until(died, "the dead letter")
    (letter,) = await bench.dead_letters()
    mended = DeadLetter(
        letter.consumer, letter.offset, letter.at, letter.key, letter.value,
        [header for header in letter.headers if header[0] != "note"],
    )  # fmt: skip
    assert await replay(bench.settings, [mended]) == 1
    bench.fed.add(page.url_id)
    await bench.all_ended()


async def test_a_broker_that_is_down_at_the_start_and_in_the_middle_costs_nothing(own_kafka: Engine) -> None:
    settings = Settings(kafka_bootstrap=own_kafka.address, retry_scale=0.02)
    await asyncio.to_thread(own_kafka.stop)
    early = await Worker("extractor", settings).start()
    try:
        await early.answers("/health/live")
        await asyncio.to_thread(own_kafka.start)
        async with Bench(settings) as bench:
            await bench.feed(*(bench.page("ok", n) for n in range(300)))
            await until(lambda: len(bench.ended()) >= 50, "the worker found the broker by itself")
            await asyncio.to_thread(own_kafka.kill)
            await asyncio.to_thread(own_kafka.start)
            await bench.feed(*(bench.page("ok", n) for n in range(300, 400)))
            await bench.all_ended()
            await bench.lag_is_zero()
    finally:
        await early.kill()
