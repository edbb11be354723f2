"""How a source is, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.rhythm import Rhythm
from shared.search.health import assess
from shared.search.sources import Feed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUSY = Rhythm().after([NOON - n * HOUR for n in range(300)], NOON)
POLLED = Feed(url="https://a.example/feed", last_polled_at=NOON, last_article_at=NOON, rhythm=BUSY, last_result="new")


def feed(**changes: object) -> Feed:
    return POLLED.model_copy(update=changes)


@pytest.mark.parametrize(
    ("feeds", "ends", "after", "health", "why"),
    [
        ([Feed(url="https://a.example/feed")], {}, HOUR, "new", ""),
        ([feed()], {"indexed": 20, "blocked: http 403": 3}, HOUR, "ok", ""),
        ([feed(failures=2, last_result="http 500")], {}, HOUR, "ok", ""),
        (
            [feed(), feed(failures=3, last_result="http 404")],
            {},
            HOUR,
            "failing",
            "http 404, 3 polls in a row, https://a.example/feed",
        ),
        (
            [feed(failures=9, last_result="http 403")],
            {},
            HOUR,
            "blocked",
            "http 403, 9 polls in a row, https://a.example/feed",
        ),
        (
            [feed(failures=9, last_result="robots.txt")],
            {},
            HOUR,
            "blocked",
            "robots.txt, 9 polls in a row, https://a.example/feed",
        ),
        (
            [feed()],
            {"indexed": 2, "blocked: http 403": 4, "disallowed: robots.txt": 1},
            HOUR,
            "blocked",
            "5 of 7 articles, most blocked: http 403",
        ),
        (
            [feed()],
            {"not_article: captcha page": 6, "indexed": 1},
            HOUR,
            "blocked",
            "6 of 7 articles, most not_article: captcha page",
        ),
        ([feed()], {"not_article: listing page": 9}, HOUR, "ok", ""),
        ([feed()], {"blocked: http 403": 4}, HOUR, "ok", ""),
        ([feed()], {"failed: timeout": 5, "indexed": 1}, HOUR, "failing", "5 of 6 articles, most failed: timeout"),
        ([feed()], {}, 20 * HOUR, "ok", ""),
        ([feed(rhythm=Rhythm())], {}, 1000 * HOUR, "ok", ""),
    ],
)
def test_the_state_and_why(feeds: list[Feed], ends: dict[str, int], after: timedelta, health: str, why: str) -> None:
    assert assess(feeds, ends, NOON + after) == (health, why)


def test_silence_is_judged_by_the_rhythm() -> None:
    health, why = assess([feed()], {}, NOON + 30 * HOUR)
    assert health == "quiet"
    assert why.startswith("nothing for 30 hours, ")
    weekly = Rhythm().after([NOON - n * timedelta(days=7) for n in range(2)], NOON)
    assert assess([feed(rhythm=weekly)], {}, NOON + 30 * HOUR).health == "ok"
