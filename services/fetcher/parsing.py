"""Reading listings in a process of its own, which is killed when one takes too long or too much memory."""

import asyncio
import multiprocessing
import resource
from concurrent.futures import TimeoutError as TookTooLong

import structlog
from pebble import ProcessExpired, ProcessPool

from services.fetcher.feeds import NotAListing
from services.fetcher.listings import Listing, parse_listing
from shared.telemetry import metrics

SECONDS = 20.0  # feedparser needs about 5 for the largest feeds that are let in
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
TASKS_PER_WORKER = 1_000


class ListingReader:
    """`limit`: most bytes of a listing that is compressed once more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pool = ProcessPool(
            max_workers=1,
            max_tasks=TASKS_PER_WORKER,
            initializer=_bound,
            context=multiprocessing.get_context("spawn"),
        )

    async def __call__(self, body: bytes, url: str, content_type: str) -> Listing:
        """What is listed in `body`. Raises NotAListing."""
        future = self._pool.schedule(parse_listing, args=(body, url, content_type, self._limit), timeout=SECONDS)
        try:
            listing: Listing = await asyncio.wrap_future(future)
        except NotAListing:
            raise
        except TookTooLong as error:
            metrics.WORKERS_KILLED.labels("fetcher", "time").inc()
            raise NotAListing("takes too long to read") from error
        except (ProcessExpired, MemoryError) as error:
            metrics.WORKERS_KILLED.labels("fetcher", "memory").inc()
            raise NotAListing("takes too much memory to read") from error
        except Exception as error:
            structlog.get_logger(stage="fetcher").warning("unreadable listing", error=repr(error)[:200])
            raise NotAListing("unreadable") from error
        return listing

    async def aclose(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
