import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import psutil
import pytest

from shared.telemetry.metrics import WORKERS_KILLED
from shared.workers import Killed, Workers


def double(number: int) -> int:
    return 2 * number


def name() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def devour() -> int:
    return len(bytearray(4 << 30))


def fail() -> None:
    raise ValueError("no such thing")


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    found = Workers("extractor", 2, seconds=2.0, mib=1024)
    yield found
    await found.close()


@pytest.mark.parametrize(("task", "why"), [(hang, "timeout"), (die, "died"), (devour, "memory")])
async def test_a_task_that_costs_its_worker_is_told_so_and_costs_nobody_else(
    workers: Workers, task: object, why: str
) -> None:
    before = WORKERS_KILLED.labels("extractor", why)._value.get()
    bad = asyncio.create_task(workers.run(task))  # type: ignore[arg-type]
    assert await asyncio.gather(*(workers.run(double, n) for n in range(8))) == [2 * n for n in range(8)]
    with pytest.raises(Killed) as killed:
        await bad
    assert killed.value.why == why
    assert WORKERS_KILLED.labels("extractor", why)._value.get() == before + 1
    assert await workers.run(double, 4) == 8


async def test_what_a_task_raises_reaches_who_asked(workers: Workers) -> None:
    with pytest.raises(ValueError, match="no such thing"):
        await workers.run(fail)


async def test_workers_that_die_idle_are_replaced() -> None:
    workers = Workers("extractor", 1, seconds=5.0, mib=1024)
    try:
        for _ in range(3):
            idle = psutil.Process(await workers.run(name))
            idle.kill()
            assert await workers.run(double, 4) == 8
            await asyncio.to_thread(gone, idle)
    finally:
        await workers.close()


async def test_a_worker_is_replaced_after_its_share_of_tasks() -> None:
    workers = Workers("extractor", 1, seconds=5.0, mib=1024, tasks=2)
    try:
        seen = [await workers.run(name) for _ in range(4)]
    finally:
        await workers.close()
    assert seen[0] == seen[1] != seen[2] == seen[3]


async def test_closed_workers_are_not_live_and_leave_no_process() -> None:
    workers = Workers("extractor", 1, seconds=60.0, mib=1024)
    worker = psutil.Process(await workers.run(name))
    asking = asyncio.create_task(workers.run(hang))
    while await asyncio.to_thread(worker.cpu_percent, 0.05) < 10:
        pass
    assert workers.not_live() is None
    await workers.close()
    assert workers.not_live()
    assert workers.not_ready()
    gone(worker)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    with pytest.raises(RuntimeError):
        await workers.run(double, 1)


def gone(process: psutil.Process) -> None:
    """Waits until `process` has ended."""
    end = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)
