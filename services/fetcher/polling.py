"""When a feed is polled next.

Where the source has no fixed interval, a feed that has been silent for some time is asked again after a tenth of it:
the paper that published an hour ago every ten minutes, the blog that published last week once a day. Failures double it.
"""

from datetime import datetime, timedelta

FLOOR = timedelta(minutes=10)
CEILING = timedelta(hours=24)
UNKNOWN = timedelta(hours=1)  # of a feed whose items have no dates
SILENCE_DIVISOR = 10
MOST_DOUBLINGS = 10


def interval(silence: timedelta | None) -> timedelta:
    """The adaptive interval of a feed whose newest item is `silence` old; None: not known. 10 minutes to 24 hours."""
    if silence is None:
        return UNKNOWN
    return min(max(silence / SILENCE_DIVISOR, FLOOR), CEILING)


def next_poll(
    now: datetime, *, fixed: timedelta | None, newest: datetime | None, failures: int = 0, after: timedelta | None = None
) -> datetime:
    """The moment of the next poll.

    `fixed`: the source's own interval; `newest`: date of the newest item; `failures`: polls failed one after the other;
    `after`: what the host asked for, which may lengthen the interval but not shorten it.
    """
    usual = fixed if fixed is not None else interval(now - newest if newest else None)
    if failures:
        usual = min(usual * 2 ** min(failures, MOST_DOUBLINGS), max(CEILING, usual))
    return now + max(usual, after or timedelta(0))
