"""How a source is, and why: by its feeds' polls, by how its articles ended lately, by its silence against its rhythm."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from shared.errors import State
from shared.rhythm import Rhythm

Health = Literal["new", "ok", "quiet", "failing", "blocked"]

FAILING_AFTER = 3  # polls in a row; one or two are the weather
JUDGED_FROM = 5  # articles; of fewer nothing is concluded
MOST = 0.5  # of them
QUIET_AFTER = timedelta(days=1)
MISSED = 10.0  # articles expected and not seen: less than one in ten thousand quiet spells, did they come independently
REFUSALS = frozenset({"http 401", "http 403", "http 429", "http 451", "robots.txt"})
# What a page says that shows itself instead of the article: to robots, or to whoever has not agreed to something.
WALLS = ("captcha page", "consent wall", "paywall stub", "error page", "too short", "no document")


class Polled(Protocol):
    """What is to be known of a feed."""

    @property
    def url(self) -> str: ...
    @property
    def last_polled_at(self) -> datetime | None: ...
    @property
    def last_result(self) -> str | None: ...
    @property
    def last_article_at(self) -> datetime | None: ...
    @property
    def failures(self) -> int: ...
    @property
    def rhythm(self) -> Rhythm: ...


class Verdict(NamedTuple):
    """`why` is empty when there is nothing to say."""

    health: Health
    why: str = ""


def assess(feeds: Sequence[Polled], ends: Mapping[str, int], now: datetime) -> Verdict:
    """`ends`: how many articles ended so lately, by `state: reason`."""
    if all(feed.last_polled_at is None for feed in feeds):
        return Verdict("new")
    return _by_polls(feeds) or _by_articles(ends) or _by_silence(feeds, now) or Verdict("ok")


def _by_polls(feeds: Sequence[Polled]) -> Verdict | None:
    worst = max(feeds, key=lambda feed: feed.failures)
    if worst.failures < FAILING_AFTER:
        return None
    why = f"{worst.last_result}, {worst.failures} polls in a row, {worst.url}"
    return Verdict("blocked" if worst.last_result in REFUSALS else "failing", why)


def _by_articles(ends: Mapping[str, int]) -> Verdict | None:
    total = sum(ends.values())
    if total < JUDGED_FROM:
        return None
    blocked = {end: number for end, number in ends.items() if _is_block(end)}
    failed = {end: number for end, number in ends.items() if end.partition(":")[0] == State.FAILED}
    for health, found in (("blocked", blocked), ("failing", failed)):
        if sum(found.values()) > MOST * total:
            commonest = max(found, key=lambda end: found[end])
            return Verdict(health, f"{sum(found.values())} of {total} articles, most {commonest}")  # type: ignore[arg-type]
    return None


def _is_block(end: str) -> bool:
    state, _, reason = end.partition(": ")
    if state in (State.BLOCKED, State.DISALLOWED, State.RIGHTS):
        return True
    return state == State.NOT_ARTICLE and any(wall in reason for wall in WALLS)


def _by_silence(feeds: Sequence[Polled], now: datetime) -> Verdict | None:
    last = max((feed.last_article_at for feed in feeds if feed.last_article_at), default=None)
    if last is None or now - last < QUIET_AFTER:
        return None
    expected = max(feed.rhythm.rates().expected(last, now) for feed in feeds)
    if expected < MISSED:
        return None
    return Verdict("quiet", f"nothing for {(now - last) // timedelta(hours=1)} hours, {expected:.0f} articles were expected")
