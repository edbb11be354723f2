"""Times as people read them. All of the site is in UTC, and says so."""

from datetime import UTC, date, datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment(when: datetime) -> str:
    """`31 March 2026, 22:30 UTC`."""
    utc = when.astimezone(UTC)
    return f"{plain_day(utc.date())}, {utc:%H:%M} UTC"


def brief(when: datetime, now: datetime) -> str:
    """`22:30 UTC` of today, `31 March, 22:30 UTC` of this year, `31 March 2025` of another."""
    utc, today = when.astimezone(UTC), now.astimezone(UTC).date()
    if utc.year != today.year:
        return plain_day(utc.date())
    return f"{utc:%H:%M} UTC" if utc.date() == today else f"{utc.day} {_MONTHS[utc.month - 1]}, {utc:%H:%M} UTC"


def plain_day(day: date) -> str:
    """`31 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_name(day: date) -> str:
    """`March 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def span(seconds: float) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`, `2 days`: in the largest unit of which there are two or more, or one second."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    whole = max(1, round(seconds))
    return f"{whole} second{'s' if whole != 1 else ''}"


def full_day(day: date) -> str:
    """`Tuesday, 31 March 2026`."""
    return f"{DAYS[day.weekday()]}, {plain_day(day)}"


def machine(when: datetime) -> str:
    """ISO 8601 in UTC to the second, for `datetime` attributes."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
