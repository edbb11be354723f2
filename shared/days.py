"""The day under which an article stands in the archive."""

from datetime import UTC, date, datetime, timedelta

BEFORE = timedelta(days=7)  # a publisher's date further back than this is of an old article, or wrong
AFTER = timedelta(hours=1)  # clocks differ; what lies further ahead is wrong


def day(published_at: datetime | None, first_seen_at: datetime) -> date:
    """The UTC day of `published_at` if that lies within 7 days before and 1 hour after first sight, else of first sight."""
    if published_at is not None and first_seen_at - BEFORE <= published_at <= first_seen_at + AFTER:
        return published_at.astimezone(UTC).date()
    return first_seen_at.astimezone(UTC).date()
