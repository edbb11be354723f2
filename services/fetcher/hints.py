"""For how long a feed says that asking again is of no use: ttl, sy:updatePeriod, Cache-Control, Expires."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

LONGEST = timedelta(days=1)
PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}  # hours
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)


def of_channel(channel: Any) -> timedelta:
    """What the feed itself says: RSS's ttl in minutes, the syndication module's period divided by its frequency."""
    ttl = _number(channel.get("ttl")) or 0.0
    period = str(channel.get("sy_updateperiod") or "").strip().lower()
    frequency = _number(channel.get("sy_updatefrequency")) or 1.0
    hours = PERIODS.get(period, 0) / frequency
    return min(max(timedelta(minutes=min(ttl, 1e6)), timedelta(hours=hours)), LONGEST)


def of_headers(headers: httpx.Headers, now: datetime) -> timedelta:
    """How much longer the answer is fresh (RFC 9111 §4.2.1); nothing where it must not be kept."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return timedelta(0)
    if match := _MAX_AGE.search(control):
        age = _number(headers.get("age")) or 0.0
        return min(max(timedelta(seconds=int(match[1]) - min(age, 1e10)), timedelta(0)), LONGEST)
    try:
        expires = parsedate_to_datetime(headers.get("expires", ""))
        return min(max(expires - (_date(headers) or now), timedelta(0)), LONGEST)
    except (ValueError, IndexError, TypeError, OverflowError):
        return timedelta(0)


def _date(headers: httpx.Headers) -> datetime | None:
    try:
        return parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _number(text: Any) -> float | None:
    """A positive number below a trillion, or None."""
    try:
        number = float(str(text).strip())
    except ValueError:
        return None
    return number if 0 < number < 1e12 else None
