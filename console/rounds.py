"""`up --once`: when is everything that was discovered at its end?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from console.funnel import Funnel
from shared.errors import Unavailable
from shared.search.sources import Source

PAUSE_SECONDS = 1.0
# A message that moves on between the looks at two topics is seen in neither. It is not overlooked so often in a row.
QUIET_LOOKS = 3


class Stalled(Exception):
    """Nothing changed for too long, and not everything has ended."""

    def __init__(self, funnel: Funnel | None, unpolled: int, seconds: float) -> None:
        super().__init__(f"nothing has changed for {seconds:.0f} s; {unpolled} feeds are not polled")
        self.funnel = funnel


async def ended(
    funnel: Callable[[], Awaitable[Funnel]],
    sources: Callable[[], Awaitable[Sequence[Source]]],
    since: datetime,
    stall_seconds: float,
    show: Callable[[Funnel], None],
    pause_seconds: float = PAUSE_SECONDS,
) -> Funnel:
    """Waits until every feed was polled after `since` and nothing is under way. Raises Stalled.

    Bears with an engine that is away for a while.
    """
    last: tuple[Funnel, int] | None = None
    changed, quiet = time.monotonic(), 0
    while True:
        try:
            now: tuple[Funnel, int] | None = (await funnel(), unpolled(await sources(), since))
        except Unavailable:
            now, quiet = last, 0
        if now and now != last:
            last, changed = now, time.monotonic()
            show(now[0])
        quiet = quiet + 1 if now and now[0].quiet and not now[1] else 0
        if now and quiet >= QUIET_LOOKS:
            return now[0]
        if time.monotonic() - changed > stall_seconds:
            raise Stalled(now[0] if now else None, now[1] if now else 0, stall_seconds)
        await asyncio.sleep(pause_seconds)


def unpolled(sources: Sequence[Source], since: datetime) -> int:
    """How many feeds of active sources have not been polled after `since`."""
    feeds = [feed for source in sources if source.active for feed in source.feeds]
    return sum(feed.last_polled_at is None or feed.last_polled_at < since for feed in feeds)
