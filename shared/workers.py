"""Processes for CPU work on hostile input: each bounded in time and memory, killed alone, and replaced.

Spawned, not forked: a fork would copy the event loop's threads and locks in whatever state they are.
"""

import asyncio
import ctypes
import multiprocessing
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Literal, get_args

from pebble import ProcessExpired, ProcessPool

from shared.telemetry.metrics import WORKERS_KILLED

MIB = 1024 * 1024
# A worker that dies with no task in hand takes the pool with it, and the tasks that wait: those are innocent.
TRIES = 3
PR_SET_PDEATHSIG = 1

Why = Literal["timeout", "died", "memory"]
_SAID: dict[Why, str] = {"timeout": "timed out", "died": "worker died", "memory": "ran out of memory"}


class Killed(Exception):
    """The task cost its worker. `why` is the metric's label."""

    def __init__(self, why: Why) -> None:
        super().__init__(_SAID[why])
        self.why = why


class Workers:
    """`count` processes for the service `stage`, each killed after `seconds` on one task, bounded to `mib` of address space
    and replaced after `tasks` tasks (0: never). `prepare` runs first in each; it must be picklable."""

    def __init__(
        self, stage: str, count: int, *, seconds: float, mib: int, tasks: int = 0, prepare: Callable[[], None] | None = None
    ) -> None:
        self._stage, self._count, self._seconds, self._tasks = stage, count, seconds, tasks
        self._begin = (mib * MIB, prepare)
        self._pool = self._new()
        self._closed = False
        for why in get_args(Why):
            WORKERS_KILLED.labels(stage, why)

    async def run(self, task: Callable[..., Any], *arguments: object) -> Any:
        """`task(*arguments)` in a worker. Raises Killed, or what the task raises."""
        for _ in range(TRIES):
            try:
                future = self._working().schedule(task, args=arguments, timeout=self._seconds)
                return await asyncio.wrap_future(future)
            except (TimeoutError, TookTooLong):
                raise self._killed("timeout") from None
            except ProcessExpired:
                break
            except MemoryError:
                raise self._killed("memory") from None
            except BrokenProcessPool:
                continue
        raise self._killed("died")

    async def close(self) -> None:
        """Stops the workers, whatever they do."""
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)

    def not_live(self) -> str | None:
        """Why the service should be restarted; None while work is taken."""
        return "worker pool stopped" if self._closed else None

    def not_ready(self) -> str | None:
        """As `not_live`: workers start with the first task."""
        return self.not_live()

    def _working(self) -> ProcessPool:
        if self._closed:
            raise RuntimeError("the workers are stopped")
        if not self._pool.active:
            self._pool = self._new()
        return self._pool

    def _new(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._count,
            max_tasks=self._tasks,
            initializer=_begin,
            initargs=self._begin,
            context=multiprocessing.get_context("spawn"),
        )

    def _killed(self, why: Why) -> Killed:
        WORKERS_KILLED.labels(self._stage, why).inc()
        return Killed(why)


def _begin(memory: int, prepare: Callable[[], None] | None) -> None:
    """In a new worker: the bound on its memory, and an end with its parent, even if that is killed. Ctrl-C is the parent's,
    which stops workers in order; SIGTERM ends a worker at once, also while native code holds the GIL."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if prepare:
        prepare()
