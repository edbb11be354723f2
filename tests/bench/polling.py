"""Adaptive polling over a recorded month of 200 feeds: delay from publication to discovery, and requests, against fixed
polling each ten minutes. The fetcher's own rules decide; only the feeds and the time are made up."""

import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.fetcher.polling import next_poll
from services.fetcher.validators import judged
from shared.rhythm import DAY
from shared.search.sources import Feed
from tests.bench.generators.month import BEGIN, DAYS, DEVELOPMENT, HELD_OUT, RecordedFeed, recorded

FIXED = timedelta(minutes=10)
MEDIAN_MINUTES, P90_MINUTES, MOST_REQUESTS = 10.0, 45.0, 0.40


@dataclass
class Watched:
    """What became of one feed's month. `delays` in minutes; `missed`: scrolled off the feed between two polls."""

    feed: RecordedFeed
    delays: list[float] = field(default_factory=list)
    missed: int = 0
    polls: int = 0
    whole: int = 0
    caught: bool = False

    @property
    def p90(self) -> float:
        return sorted(self.delays)[round(0.9 * (len(self.delays) - 1))]


def watched(feed: RecordedFeed) -> Watched:
    """Polls `feed` for a month as the scheduler and the fetcher do."""
    found, state = Watched(feed), Feed(url="https://paper.example/feed")
    now = BEGIN + timedelta(minutes=feed.seed % 10)
    known = 0  # articles dealt with
    while now < BEGIN + timedelta(days=DAYS):
        there = sum(1 for _ in _until(feed.published, known, now)) + known
        validator = '"always the same"' if feed.lies else f'"{there}"'
        unchanged = state.conditional(now) and state.etag == validator
        found.polls += 1
        new = [] if unchanged else feed.published[known:there]
        found.delays += [(now - moment).total_seconds() / 60 for moment in new[-feed.shows :]]
        found.missed += len(new[: -feed.shows])
        state = _noted(state, feed, new, there, validator, unchanged, now)
        found.whole += not unchanged
        found.caught |= state.validators == "lie"
        known = known if unchanged else there
        now = state.next_poll_at or now
    return found


def missed_by_fixed_polling(feed: RecordedFeed) -> int:
    """How many articles scroll off within the ten minutes."""
    start = BEGIN + timedelta(minutes=feed.seed % 10)
    slots = Counter((moment - start) // FIXED for moment in feed.published)
    return sum(max(0, number - feed.shows) for number in slots.values())


def _noted(
    state: Feed, feed: RecordedFeed, new: Iterable[datetime], there: int, etag: str, unchanged: bool, now: datetime
) -> Feed:
    new = list(new)
    midway = now - (now - state.rhythm.at) / 2 if state.rhythm.at else now
    rhythm = state.rhythm.after(new if feed.dated else [midway] * len(new), now)
    last = now if new else state.last_article_at
    listed = state.listed if unchanged else str(there)
    return state.model_copy(
        update={
            "rhythm": rhythm,
            "etag": etag,
            "listed": listed,
            "read_at": state.read_at if unchanged else now,
            "validators": state.validators if unchanged else judged(state, str(there), etag, None),
            "last_article_at": last,
            "next_poll_at": next_poll(
                now, fixed=None, rhythm=rhythm, last_article_at=last, shows=feed.shows, hint=feed.hint
            ),
        }
    )


def _until(published: tuple[datetime, ...], first: int, now: datetime) -> Iterable[datetime]:
    for moment in published[first:]:
        if moment > now:
            return
        yield moment


def figures(seeds: Iterable[int]) -> dict[str, float]:
    """Of the feeds of these seeds."""
    months = [watched(recorded(seed)) for seed in seeds]
    fixed = len(months) * DAYS * (DAY / FIXED)
    heard = [month for month in months if month.delays]
    changed = [month.p90 for month in heard if month.feed.changes]
    return {
        "feeds": len(months),
        "articles": sum(len(month.delays) for month in months),
        "median_minutes": round(statistics.median(delay for month in heard for delay in month.delays), 1),
        "median_of_feeds_medians": round(statistics.median(statistics.median(month.delays) for month in heard), 1),
        "worst_p90_minutes": round(max(month.p90 for month in heard), 1),
        "worst_p90_after_change": round(max(changed), 1),
        "feeds_within_p90": sum(month.p90 <= P90_MINUTES for month in heard) / len(heard),
        "missed": sum(month.missed for month in months),
        "missed_by_fixed_polling": sum(missed_by_fixed_polling(month.feed) for month in months),
        "requests": round(sum(month.polls for month in months) / fixed, 3),
        "whole_reads": round(sum(month.whole for month in months) / sum(month.polls for month in months), 3),
        "liars_caught": sum(month.caught for month in months if month.feed.lies) / sum(m.feed.lies for m in months),
        "wrongly_called_liars": sum(month.caught for month in months if not month.feed.lies),
    }


def passes(found: dict[str, float]) -> bool:
    """Whether the figures are within the limits."""
    return (
        found["median_minutes"] <= MEDIAN_MINUTES
        and found["worst_p90_minutes"] <= P90_MINUTES
        and found["requests"] <= MOST_REQUESTS
        and found["liars_caught"] == 1
    )


def main() -> int:
    development, held_out = figures(DEVELOPMENT), figures(HELD_OUT)
    for name, found in (("development", development), ("held out", held_out)):
        print(name, json.dumps(found))
    print(
        json.dumps(
            {
                "name": "polling", "value": held_out["median_minutes"], "unit": "minutes from publication to discovery",
                "floor": MEDIAN_MINUTES, "ratio": round(held_out["median_minutes"] / MEDIAN_MINUTES, 3),
                "requests_of_fixed": held_out["requests"], "development": development, "held_out": held_out,
            }
        )
    )  # fmt: skip
    return 0 if passes(development) and passes(held_out) else 1


if __name__ == "__main__":
    sys.exit(main())
