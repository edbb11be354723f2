"""Indexed articles that may have been corrected: looked at again, less and less often (ledger_rules.CHECKED_AT_AGE)."""

from datetime import datetime

from services.scheduler.requests import request_again
from shared.events import Event
from shared.search.ledger import Ledger


async def rechecks(now: datetime, ledger: Ledger, most: int) -> list[tuple[str, Event]]:
    """Requests for the articles whose next look is due, at most `most`, each with its cause. They yield to all news.

    Several schedulers may look at once; each entry is one's only. Raises Unavailable.
    """
    found: list[tuple[str, Event]] = []
    for entry in await ledger.to_check(now, most) if most else ():
        again = await ledger.check_again(entry)
        if again:
            found.append((f"recheck:{again.url_id}:{again.attempt}", request_again(again, "refetch", bulk=True)))
    return found
