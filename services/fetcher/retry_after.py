"""The Retry-After header (RFC 9110 §10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)  # a host that asks for more is asked again tomorrow


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long to wait, 0 to 24 hours, from seconds or a date; None where the header is missing or means nothing."""
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return timedelta(seconds=min(int(text[:9]), LONGEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST)
