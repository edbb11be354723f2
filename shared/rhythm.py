"""When a feed publishes, learned by hour of the week: what its next articles are expected by, and its silence judged by."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

HOURS = 168
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
HALF_LIFE = timedelta(days=10)  # of what was seen: a new habit has the upper hand after so long
FIRST_LOOK_BACK = timedelta(weeks=2)  # how far a feed's first poll may testify
# An hour of the week is seen once a week; until then its day-time on other days, and the whole, speak for it.
WEEKS_OF_DAYTIME = 1.0
DAYS_OF_MEAN = 3.0
STIR = timedelta(hours=2)  # how long an article makes another more likely
STIRRED = 0.4  # articles that each brings, at most


class Rhythm(BaseModel):
    """`hours`: articles seen in each hour of the week (UTC, from Monday), old ones counting less; `weeks`: for how long, in
    the same measure; `lately`: articles of the last hours."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    hours: Annotated[tuple[float, ...], Field(min_length=HOURS, max_length=HOURS)] = (0.0,) * HOURS
    weeks: float = 0.0
    at: AwareDatetime | None = None
    aged_at: AwareDatetime | None = None
    lately: float = 0.0

    def after(self, published: Iterable[datetime], now: datetime) -> "Rhythm":
        """The rhythm after a look at `now` that found articles `published` then; old and future ones do not count."""
        since = self.at or now - FIRST_LOOK_BACK
        seen = [moment for moment in published if min(since, now - DAY) <= moment <= now]
        start = self.at or min(seen, default=now)
        hours, weeks, aged_at = list(self.hours), self.weeks, self.aged_at or now
        if (days := (now - aged_at) // DAY) > 0:
            kept = 0.5 ** (days * DAY / HALF_LIFE)
            hours, weeks, aged_at = [round(count * kept, 4) for count in hours], weeks * kept, aged_at + days * DAY
        for moment in seen:
            hours[hour_of_week(moment)] += 1.0
        stir = 0.5 ** ((now - start) / STIR) * self.lately + sum(0.5 ** ((now - moment) / STIR) for moment in seen)
        return Rhythm(
            hours=tuple(hours), weeks=round(weeks + (now - start) / WEEK, 6), at=now, aged_at=aged_at, lately=round(stir, 4)
        )

    def rates(self) -> "Rates":
        """What is expected, as it stands."""
        return Rates(self)


class Rates:
    """Articles expected per hour, in each hour of the week."""

    def __init__(self, rhythm: Rhythm) -> None:
        weeks, counts = max(rhythm.weeks, 1 / HOURS), rhythm.hours
        smooth = [(counts[h - 1] + 2 * counts[h] + counts[(h + 1) % HOURS]) / 4 for h in range(HOURS)]
        mean = sum(counts) / (HOURS * max(weeks, 1 / 7))
        daytime = [(sum(smooth[h::24]) + DAYS_OF_MEAN * mean) / (7 * weeks + DAYS_OF_MEAN) for h in range(24)]
        self.hourly = [(smooth[h] + WEEKS_OF_DAYTIME * daytime[h % 24]) / (weeks + WEEKS_OF_DAYTIME) for h in range(HOURS)]
        self._at, self._lately = rhythm.at, rhythm.lately

    def at(self, moment: datetime) -> float:
        """Articles per hour."""
        stir = 0.0
        if self._at and self._lately:
            stir = STIRRED * self._lately * 0.5 ** ((moment - self._at) / STIR) / (STIR / HOUR)
        return self.hourly[hour_of_week(moment)] + stir

    def expected(self, start: datetime, end: datetime) -> float:
        """Articles expected in between, by the week's hours alone."""
        weeks, rest = divmod(max(end - start, timedelta(0)), WEEK)
        found, moment = weeks * sum(self.hourly), end - rest
        while moment < end:
            until = min(moment.replace(minute=0, second=0, microsecond=0) + HOUR, end)
            found += self.hourly[hour_of_week(moment)] * ((until - moment) / HOUR)
            moment = until
        return found


def hour_of_week(moment: datetime) -> int:
    """0 to 167, by UTC, from Monday's first."""
    utc = moment.astimezone(UTC)
    return utc.weekday() * 24 + utc.hour
