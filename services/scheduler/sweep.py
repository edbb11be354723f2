"""What has been `queued` for too long: whatever carried it on is lost, so it is asked for again.

Too long is a quarter of an hour more than others take just now: behind a backlog it is not lost but late, and to ask for it
again would make the backlog longer and fetch pages twice. Each time it is given twice as long. What never ends however
often it is asked for ends as `failed`.
"""

from datetime import datetime, timedelta

from services.scheduler.requests import request_again
from shared.errors import State
from shared.events import Event, Outcome
from shared.search.ledger import Ledger, UrlEntry

OVERDUE = timedelta(minutes=15)
MOST_SWEEPS = 6  # with the doubling, a day and a third
SWEPT_AT_ONCE = 200


def patience(sweeps: int, overdue: timedelta = OVERDUE) -> timedelta:
    """How much later than at once a URL may be looked for that was swept `sweeps` times: 15, 45, 105 minutes, …"""
    return overdue * ((1 << sweeps) - 1)


async def sweep(now: datetime, ledger: Ledger, scale: float) -> list[tuple[str, Event]]:
    """Requests for what is overdue, each with its cause, the attempt raised; outcomes for what was swept six times.

    `scale` shortens the 15 minutes in trials. Several schedulers may sweep at once; each entry is one's only.
    """
    overdue = OVERDUE * scale
    found: list[tuple[str, Event]] = []
    for entry in await ledger.overdue(now - overdue - await ledger.way(), SWEPT_AT_ONCE):
        if entry.attempt >= MOST_SWEEPS:
            found.append((f"given up:{entry.url_id}:{entry.attempt}", _given_up(entry, now)))
            continue
        again = await ledger.requeue(entry, now + patience(entry.attempt + 1, overdue))
        if again:
            found.append((f"sweep:{again.url_id}:{again.attempt}", request_again(again, "sweep")))
    return found


def _given_up(entry: UrlEntry, now: datetime) -> Outcome:
    return Outcome(
        url_id=entry.url_id,
        url=entry.url,
        source_id=entry.source_id,
        attempt=entry.attempt,
        state=State.FAILED,
        reason="never came to an end",
        stage="scheduler",
        at=now,
        discovered_at=entry.discovered_at,
    )
