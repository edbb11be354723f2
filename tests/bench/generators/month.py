"""A month of 200 feeds as if recorded: when each published, by hour and weekday, in bursts, with changes of habit.

One feed per seed; the even seeds are for development, the odd ones held out. Distributions, before there was code to try:

- Habits: dailies with a morning and an afternoon peak (35 %), online desks busy all day (20 %), agencies round the clock
  (10 %), papers that release their edition in one batch before dawn (10 %), sports on evenings and weekends (10 %), blogs
  and local pages in office hours (10 %), weeklies with one day (5 %).
- Articles per day: log-normal around each habit's own median, from 0.4 (weeklies, blogs) to 150 (agencies).
- Each in its own time zone; weekends have a half to nothing of a weekday, but for sports.
- A third is bursty: half of their articles bring 1 to 5 followers within minutes.
- A fifth changes habit between the 12th and the 18th day: another habit, another pace, other hours.
- Every third feed has a hint (ttl, Cache-Control) of 5 to 30 minutes; one in thirty has validators that never change.
- A feed shows its newest 15 to 60 articles, one in ten without dates.
"""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 30
SEEDS = range(200)
DEVELOPMENT, HELD_OUT = SEEDS[::2], SEEDS[1::2]


@dataclass(frozen=True)
class Habit:
    """`hours`: weight of each local hour; `days`: of Monday to Sunday; `pace`: median articles a day."""

    hours: tuple[float, ...]
    days: tuple[float, ...]
    pace: float
    batch: bool = False


@dataclass(frozen=True)
class RecordedFeed:
    """`published` in order; `shows` newest articles are in the feed at any time; `hint` for how long it may be cached."""

    seed: int
    habit: str
    published: tuple[datetime, ...]
    shows: int
    dated: bool
    hint: timedelta
    lies: bool
    changes: datetime | None


def _peaks(*peaks: tuple[float, float, float], floor: float = 0.02) -> tuple[float, ...]:
    """Hours around `peaks`: centre, width, height."""
    return tuple(
        floor + sum(height * math.exp(-(((hour - centre) / width) ** 2)) for centre, width, height in peaks)
        for hour in range(24)
    )


WORKING_WEEK = (1.0, 1.0, 1.0, 1.0, 1.0, 0.45, 0.4)
HABITS = {
    "daily": Habit(_peaks((7.5, 2, 1.0), (16, 3, 0.8), (12, 3, 0.4)), WORKING_WEEK, 22),
    "desk": Habit(_peaks((10, 4, 1.0), (17, 5, 0.9), floor=0.06), (1, 1, 1, 1, 1, 0.6, 0.6), 40),
    "agency": Habit(_peaks((11, 5, 0.8), (19, 5, 0.5), floor=0.35), (1, 1, 1, 1, 1, 0.8, 0.8), 110),
    "edition": Habit(_peaks((5, 0.6, 1.0), floor=0.01), (1, 1, 1, 1, 1, 1, 0.2), 25, batch=True),
    "sports": Habit(_peaks((21, 2, 1.0), (16, 3, 0.5)), (0.5, 0.5, 0.8, 0.5, 0.6, 1.5, 1.6), 14),
    "blog": Habit(_peaks((11, 3, 1.0), (15, 2, 0.7)), (1, 1, 1, 1, 0.8, 0.15, 0.1), 1.6),
    "weekly": Habit(_peaks((10, 2, 1.0)), (0.05, 0.05, 0.1, 1, 0.2, 0.02, 0.02), 1.2),
}
SHARES = {"daily": 35, "desk": 20, "agency": 10, "edition": 10, "sports": 10, "blog": 10, "weekly": 5}


def recorded(seed: int) -> RecordedFeed:
    """The month of one feed."""
    rng = random.Random(seed)
    name = _habit(rng)
    zone, bursty = rng.randrange(24), rng.random() < 1 / 3
    published = _published(rng, HABITS[name], zone, bursty, 0, DAYS)
    changes = None
    if seed % 10 in (4, 7):
        day = rng.randint(12, 18)
        changes = BEGIN + timedelta(days=day)
        other = HABITS[_habit(rng)]
        later = _published(rng, other, zone + rng.choice((0, 0, 6, 10)), bursty, day, DAYS)
        published = [moment for moment in published if moment < changes] + later
    return RecordedFeed(
        seed=seed,
        habit=name,
        published=tuple(sorted(moment for moment in published if BEGIN <= moment < BEGIN + timedelta(days=DAYS))),
        shows=rng.randint(15, 60),
        dated=rng.random() < 0.9,
        hint=timedelta(minutes=rng.choice((5, 10, 15, 30))) if rng.random() < 1 / 3 else timedelta(0),
        lies=rng.random() < 1 / 30,
        changes=changes,
    )


def _habit(rng: random.Random) -> str:
    return rng.choices(list(SHARES), list(SHARES.values()))[0]


def _published(rng: random.Random, habit: Habit, zone: int, bursty: bool, first: int, last: int) -> list[datetime]:
    pace = habit.pace * rng.lognormvariate(0, 0.5) / (2.5 if bursty else 1)
    found: list[datetime] = []
    for day in range(first, last):
        midnight = BEGIN + timedelta(days=day)
        many = _poisson(rng, pace * habit.days[day % 7] * 7 / sum(habit.days))
        release = rng.gauss(0, 0.3)
        for _ in range(many):
            hour = rng.choices(range(24), habit.hours)[0] + rng.random()
            if habit.batch and rng.random() < 0.8:
                hour = 5 + release + rng.random() / 6
            moment = midnight + timedelta(hours=(hour - zone) % 24)
            found.append(moment)
            if bursty and rng.random() < 0.5:
                found += [moment + timedelta(minutes=rng.expovariate(1 / 8)) for _ in range(rng.randint(1, 5))]
    return found


def _poisson(rng: random.Random, mean: float) -> int:
    """By Knuth for small means, by its normal approximation for large ones."""
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number
