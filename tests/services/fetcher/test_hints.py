"""For how long a feed asks to be left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.fetcher.feeds import parse_feed
from services.fetcher.hints import of_channel, of_headers

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Cache-Control": "max-age=600"}, 10 * MINUTE),
        ({"Cache-Control": 'public, MAX-AGE="600"'}, 10 * MINUTE),
        ({"Cache-Control": "s-maxage=900, max-age=600", "Age": "300"}, 5 * MINUTE),
        ({"Cache-Control": "max-age=600", "Age": "9999"}, timedelta(0)),
        ({"Cache-Control": "no-cache, max-age=600"}, timedelta(0)),
        ({"Cache-Control": "max-age=31536000"}, DAY),
        ({"Cache-Control": "max-age=x", "Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, HOUR),
        ({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT", "Date": "Mon, 02 Mar 2026 12:30:00 GMT"}, 30 * MINUTE),
        ({"Expires": "0"}, timedelta(0)),
        ({"Expires": "Mon, 02 Mar 1998 13:00:00 GMT"}, timedelta(0)),
        ({"Cache-Control": "max-age=600", "Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, 10 * MINUTE),
        ({}, timedelta(0)),
    ],
)
def test_headers(headers: dict[str, str], expected: timedelta) -> None:
    assert of_headers(httpx.Headers(headers), NOW) == expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({"ttl": "60"}, HOUR),
        ({"ttl": "-5"}, timedelta(0)),
        ({"ttl": "nan"}, timedelta(0)),
        ({"ttl": "1e300"}, timedelta(0)),
        ({"ttl": "999999999"}, DAY),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "4"}, 15 * MINUTE),
        ({"sy_updateperiod": " Daily "}, DAY),
        ({"sy_updateperiod": "daily", "sy_updatefrequency": "0"}, DAY),
        ({"sy_updateperiod": "fortnightly"}, timedelta(0)),
        ({"ttl": "5", "sy_updateperiod": "hourly"}, HOUR),
        ({}, timedelta(0)),
    ],
)
def test_the_feeds_own_words(channel: dict[str, Any], expected: timedelta) -> None:
    assert of_channel(channel) == expected


def test_they_are_read_from_the_feed() -> None:
    body = b"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>P</title>%s</channel></rss>"""
    assert parse_feed(body % b"<ttl>20</ttl>", "https://a.example/").hint == 20 * MINUTE
    period = b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert parse_feed(body % period, "https://a.example/").hint == 30 * MINUTE
