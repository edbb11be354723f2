"""Reading listings in a process of its own, which is killed when one takes too long or too much memory."""

import structlog

from services.fetcher.feeds import NotAListing
from services.fetcher.listings import Listing, parse_listing
from shared.workers import Killed, Workers

SECONDS = 20.0  # feedparser needs about 5 for the largest feeds that are let in
MEMORY_MIB = 2048
TASKS_PER_WORKER = 1_000


class ListingReader:
    """`limit`: most bytes of a listing that is compressed once more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._workers = Workers("fetcher", 1, seconds=SECONDS, mib=MEMORY_MIB, tasks=TASKS_PER_WORKER)
        self.aclose = self._workers.close

    async def __call__(self, body: bytes, url: str, content_type: str, front_page: bool = False) -> Listing:
        """What is listed in `body`; of a `front_page` its links to articles. Raises NotAListing."""
        try:
            listing: Listing = await self._workers.run(parse_listing, body, url, content_type, self._limit, front_page)
        except NotAListing:
            raise
        except Killed as killed:
            raise NotAListing(f"reading it {killed}") from None
        except Exception as error:
            structlog.get_logger(stage="fetcher").warning("unreadable listing", error=repr(error)[:200])
            raise NotAListing("unreadable") from error
        return listing
