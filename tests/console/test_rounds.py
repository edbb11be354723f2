"""When `up --once` thinks that everything has ended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from console import rounds
from console.funnel import Funnel
from shared.errors import Unavailable
from shared.search.sources import Feed, Source

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
QUIET = Funnel({"indexed": 2}, {"fetcher": 0})
BUSY = Funnel({"indexed": 1, "queued": 1}, {"fetcher": 1})


def source(polled: datetime | None, active: bool = True) -> Source:
    feed = Feed(url="http://127.0.0.1:1/feed", last_polled_at=polled)
    return Source(id="s", name="s", home_page="http://127.0.0.1:1/", feeds=(feed,), active=active)


async def ended(funnels: Iterator[Funnel | Exception], *sources: Source, stall: float = 5) -> tuple[Funnel, int]:
    """What `rounds.ended` returns, and how many looks it took."""
    looks = 0

    async def look() -> Funnel:
        nonlocal looks
        looks += 1
        found = next(funnels)
        if isinstance(found, Exception):
            raise found
        return found

    async def all_sources() -> list[Source]:
        return list(sources)

    return await rounds.ended(look, all_sources, SINCE, stall, lambda funnel: None, pause_seconds=0.001), looks


def then(*first: Funnel | Exception, last: Funnel = QUIET) -> Iterator[Funnel | Exception]:
    yield from first
    while True:
        yield last


async def test_it_ends_only_after_several_quiet_looks_in_a_row() -> None:
    found, looks = await ended(then(BUSY, QUIET, BUSY, QUIET))
    assert (found, looks) == (QUIET, 3 + rounds.QUIET_LOOKS)


async def test_a_feed_that_was_not_polled_since_holds_it_up() -> None:
    with pytest.raises(rounds.Stalled, match="1 feeds are not polled"):
        await ended(then(), source(SINCE - timedelta(seconds=1)), stall=0.05)


async def test_a_feed_of_a_source_that_is_off_holds_up_nothing() -> None:
    found, _ = await ended(then(), source(None, active=False), source(SINCE))
    assert found == QUIET


async def test_an_engine_that_is_away_for_a_while_is_borne_with() -> None:
    found, _ = await ended(then(BUSY, Unavailable("opensearch", "away"), QUIET, Unavailable("kafka", "away")))
    assert found == QUIET


async def test_what_never_ends_is_given_up_when_nothing_changes() -> None:
    with pytest.raises(rounds.Stalled) as stalled:
        await ended(then(last=BUSY), stall=0.05)
    assert stalled.value.funnel == BUSY
