"""Worker processes that may hang, die or eat memory over a hostile page without anyone but that page noticing."""

import asyncio
import multiprocessing
import resource
import signal
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired, ProcessPool

from services.extractor.page import extract_page
from shared.errors import Ended, State, Transient
from shared.events import Article, Page
from shared.item import Deadline
from shared.telemetry.metrics import WORKERS_KILLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.search.sources import Source

MIB = 1024 * 1024
# One page beside each worker's own, so that none waits for the next.
QUEUED_PER_WORKER = 2


@dataclass(frozen=True)
class Rules:
    """What the operator decides about extraction."""

    max_age: timedelta | None = None
    ignore_reservations: bool = False


@dataclass
class WorkerPool:
    """`workers` processes, each killed after `page_seconds` on one page, bounded to `worker_mib` of address space and
    replaced after `worker_pages` pages."""

    workers: int
    page_seconds: float
    worker_mib: int
    worker_pages: int
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        # Spawned, not forked: a fork would copy the event loop's threads and locks in whatever state they are.
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=self.worker_pages,
            initializer=_begin,
            initargs=(self.worker_mib * MIB,),
            context=multiprocessing.get_context("spawn"),
        )
        self._places = asyncio.Semaphore(self.workers * QUEUED_PER_WORKER)

    async def extract(self, page: Page, source: "Source | None", deadline: Deadline) -> Article | Ended:
        """The article on `page` or how its URL ends. Raises Transient when the worker hung, died or ran out of memory."""
        return _told(await self.run(_extract, page, source, self.rules, deadline=deadline))

    async def run(self, task: "Callable[..., Any]", *arguments: object, deadline: Deadline) -> Any:
        """`task(*arguments)` in a worker; waiting for one does not count against `deadline`."""
        with deadline.waiting():
            await self._places.acquire()
        try:
            return await asyncio.wrap_future(self._pool.schedule(task, args=arguments, timeout=self.page_seconds))
        except (TimeoutError, FutureTimeout):
            WORKERS_KILLED.labels("extractor", "timeout").inc()
            raise Transient("extraction timed out") from None
        except ProcessExpired:
            WORKERS_KILLED.labels("extractor", "died").inc()
            raise Transient("extraction worker died") from None
        except MemoryError:
            WORKERS_KILLED.labels("extractor", "memory").inc()
            raise Transient("extraction ran out of memory") from None
        finally:
            self._places.release()

    async def close(self) -> None:
        """Stops the workers, whatever they do."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)

    def not_live(self) -> str | None:
        """Why the service should be restarted; None while the pool takes work."""
        return None if self._pool.active else "worker pool stopped"

    def not_ready(self) -> str | None:
        """As `not_live`: a pool that lives is ready, since workers start with the first page."""
        return self.not_live()


def _begin(memory: int) -> None:
    """In a new worker: the bound on its memory, and Ctrl-C left to the parent, which stops workers in order."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _extract(page: Page, source: "Source | None", rules: Rules) -> Article | tuple[State, str]:
    found = extract_page(page, source, max_age=rules.max_age, ignore_reservations=rules.ignore_reservations)
    # An exception with arguments of its own does not survive pickling.
    return (found.state, found.reason) if isinstance(found, Ended) else found


def _told(answer: Article | tuple[State, str]) -> Article | Ended:
    return answer if isinstance(answer, Article) else Ended(*answer)
