"""When a feed is polled next.

Where the source has no fixed interval, the next poll comes when the articles expected until then would have waited for
`WAITED` hours between them: soon in the hours in which the paper publishes, rarely at night. What the publisher asks for may
lengthen the interval, as failures do.
"""

from datetime import datetime, timedelta

from shared.rhythm import HOUR, HOURS, Rates, Rhythm, hour_of_week

FLOOR = timedelta(minutes=10)
CEILING = timedelta(hours=24)
FAILING_CEILING = timedelta(days=7)  # of what has failed for about a month
LONG_FAILED = 30
MOST_DOUBLINGS = 10

WAITED = 0.13  # hours of waiting, summed over the articles expected; tests/bench/polling.py says what it costs and brings
STEP = timedelta(minutes=5)
LONGEST = timedelta(minutes=45)  # while news is still to be expected at all
IN_QUIET_HOURS = timedelta(minutes=90)
QUIET_SHARE = 0.05  # quiet are the hours that bring so little of the week between them
KNOWN_AFTER = 30  # articles, before quiet hours are believed in
FRESH_FOR = timedelta(weeks=2)  # a feed silent for longer is asked ever more rarely, once a day after two and a half months


def next_poll(
    now: datetime,
    *,
    fixed: timedelta | None,
    rhythm: Rhythm,
    last_article_at: datetime | None,
    shows: int | None = None,
    hint: timedelta = timedelta(0),
    failures: int = 0,
    after: timedelta | None = None,
) -> datetime:
    """The moment of the next poll.

    `fixed`: the source's own interval; `shows`: how many articles the feed has at a time; `hint`: for how long the feed says
    it will not change; `failures`: polls failed one after the other; `after`: what the host asked for. The last three may
    lengthen the interval but not shorten it.
    """
    if fixed is not None:
        usual = fixed
    else:
        rates = rhythm.rates()
        usual = max(interval(now, rhythm, rates, last_article_at, shows), respected(hint, rates, now, shows))
    if failures:
        ceiling = FAILING_CEILING if failures >= LONG_FAILED else CEILING
        usual = min(usual * 2 ** min(failures, MOST_DOUBLINGS), max(ceiling, usual))
    return now + max(usual, after or timedelta(0))


def interval(
    now: datetime, rhythm: Rhythm, rates: Rates, last_article_at: datetime | None, shows: int | None = None
) -> timedelta:
    """The adaptive interval, 10 minutes to 24 hours; before half of what the feed shows has scrolled off it."""
    longest = _longest(now, rhythm, rates, last_article_at)
    waited = waiting = 0.0
    found = timedelta(0)
    while found < longest:
        coming = rates.at(now + found) * (STEP / HOUR)
        waited += (waiting + coming / 2) * (STEP / HOUR)
        waiting += coming
        found += STEP
        if found >= FLOOR and (waited >= WAITED or (shows and waiting >= shows / 2)):
            break
    return found


def respected(hint: timedelta, rates: Rates, now: datetime, shows: int | None = None) -> timedelta:
    """How much of `hint` is believed: all of an hour, and more unless the feed is known to bring news within it.

    Publishing systems have defaults such as "weekly", and caches such as "a year". None, where half of what the feed shows
    would have scrolled off it by then.
    """
    hint = min(hint, CEILING)
    coming = rates.expected(now, now + hint)
    if shows and coming > shows / 2:
        return timedelta(0)
    return hint if hint <= HOUR or coming < 1 else HOUR


def _longest(now: datetime, rhythm: Rhythm, rates: Rates, last_article_at: datetime | None) -> timedelta:
    """The longest interval: longer in quiet hours, and longer the longer a feed has been silent."""
    silence = now - last_article_at if last_article_at else timedelta(0)
    if silence > FRESH_FOR:
        return min(LONGEST * (silence / FRESH_FOR) ** 2, CEILING)
    longest = LONGEST
    if sum(rhythm.hours) >= KNOWN_AFTER:
        quiet = _quiet_hours(rates)
        while longest < IN_QUIET_HOURS and hour_of_week(now + longest) in quiet:
            longest += STEP
    return longest


def _quiet_hours(rates: Rates) -> set[int]:
    left = QUIET_SHARE * sum(rates.hourly)
    quiet: set[int] = set()
    for hour in sorted(range(HOURS), key=rates.hourly.__getitem__):
        left -= rates.hourly[hour]
        if left < 0:
            break
        quiet.add(hour)
    return quiet
