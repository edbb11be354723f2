"""Extraction in worker processes: a hostile page may cost its worker, and nobody else notices."""

import asyncio
import gc
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from services.extractor.page import extract_page
from shared.errors import Ended, State, Transient
from shared.events import Article, Page
from shared.item import Deadline
from shared.workers import Killed, Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.search.sources import Source

# One page beside each worker's own, so that none waits for the next.
QUEUED_PER_WORKER = 2


@dataclass(frozen=True)
class Policy:
    """What the operator decides about extraction."""

    max_age: timedelta | None = None
    ignore_reservations: bool = False


class WorkerPool:
    """`workers` processes, each killed after `page_seconds` on one page, bounded to `worker_mib` of address space and
    replaced after `worker_pages` pages."""

    def __init__(
        self, workers: int, page_seconds: float, worker_mib: int, worker_pages: int, rules: Policy | None = None
    ) -> None:
        self._rules = rules or Policy()
        self._workers = Workers(
            "extractor", workers, seconds=page_seconds, mib=worker_mib, tasks=worker_pages, prepare=_prepare
        )
        self._places = asyncio.Semaphore(workers * QUEUED_PER_WORKER)
        self.close = self._workers.close
        self.not_live, self.not_ready = self._workers.not_live, self._workers.not_ready

    async def extract(self, page: Page, source: "Source | None", deadline: Deadline) -> Article | Ended:
        """The article on `page` or how its URL ends. Raises Transient when the worker hung, died or ran out of memory."""
        return _told(await self.run(_extract, page, source, self._rules, deadline=deadline))

    async def run(self, task: "Callable[..., Any]", *arguments: object, deadline: Deadline) -> Any:
        """`task(*arguments)` in a worker; waiting for one does not count against `deadline`."""
        with deadline.waiting():
            await self._places.acquire()
        try:
            return await self._workers.run(task, *arguments)
        except Killed as killed:
            raise Transient(f"extraction {killed}") from None
        finally:
            self._places.release()


def _prepare() -> None:
    """A page is a hundred thousand objects that live as long as each other, none in a cycle: looking for cycles among them
    again and again costs a twentieth of the time and finds nothing."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _extract(page: Page, source: "Source | None", rules: Policy) -> Article | tuple[State, str]:
    found = extract_page(page, source, max_age=rules.max_age, ignore_reservations=rules.ignore_reservations)
    # An exception with arguments of its own does not survive pickling.
    return (found.state, found.reason) if isinstance(found, Ended) else found


def _told(answer: Article | tuple[State, str]) -> Article | Ended:
    return answer if isinstance(answer, Article) else Ended(*answer)
