"""When to try again, and what is due. Pure: what brings it back is in returner.py."""

from collections.abc import Sequence
from datetime import timedelta

from shared.errors import Transient, Wait
from shared.kafka.envelope import Record
from shared.topics import RETRY_STEPS, RetryStep

MAX_ATTEMPTS = len(RETRY_STEPS) + 1


def next_step(error: Transient, attempt: int, scale: float) -> RetryStep | None:
    """Where an item that failed its `attempt`-th delivery waits; None when its attempts are used up.

    It waits at least as long as the error asks for, as far as there is a step that long; a `Wait` takes the shortest step
    that is long enough, however often.
    """
    if not isinstance(error, Wait) and attempt >= MAX_ATTEMPTS:
        return None
    least = 0 if isinstance(error, Wait) else attempt - 1
    after = error.after or timedelta(0)
    for step in RETRY_STEPS[least:]:
        if step.delay * scale >= after:
            return step
    return RETRY_STEPS[-1]


def due(records: Sequence[Record], delay: float, now: float) -> tuple[Sequence[Record], float | None]:
    """Which of a partition's `records` have waited `delay` seconds, and when the first that has not will have, if any.

    `now` and the answer in seconds since the epoch. What stands behind one that must wait waits, too: a commit has no gaps.
    """
    for place, record in enumerate(records):
        at = record.timestamp / 1000 + delay
        if at > now:
            return records[:place], at
    return records, None
