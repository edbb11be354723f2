"""`babelwire replay TOPIC --from TIME`."""

import asyncio
from datetime import UTC, datetime

import pytest

from console.replay import moment_of
from console.terminal import Refused
from shared import clock
from shared.kafka import replaying
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from shared.topics import TRANSLATED
from tests.console.commands import babelwire
from tests.integration.articles import translated

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def count(settings: Settings, since: datetime = LONG_AGO) -> int:
    found = await replaying.spans(settings, TRANSLATED.name, since)
    return sum(end - begin for begin, end in found.values())


@pytest.mark.engines
async def test_what_came_since_is_sent_again_once_and_what_came_before_is_not(topics: str) -> None:
    settings = Settings(kafka_bootstrap=topics)
    env = {"BABELWIRE_KAFKA_BOOTSTRAP": topics}
    async with Publisher(settings) as publisher:
        await publisher.publish([translated(1, "old")], source="test", cause="old")
        await asyncio.sleep(0.05)  # so that the broker's millisecond is another
        between = clock.now()
        fresh = [translated(number, "new") for number in range(30)]
        await publisher.publish(fresh, source="test", cause="new")

    async def run(*more: str) -> str:
        arguments = ("replay", TRANSLATED.name, "--from", between.isoformat(), *more)
        result = await asyncio.to_thread(babelwire, *arguments, env=env)
        assert result.exit_code == 0, result.output
        return result.stderr

    assert "30 messages" in await run("--dry-run")
    assert await count(settings) == 31
    assert "30 messages replayed" in await run("--yes")
    assert await count(settings) == 61
    await run("--yes")  # the replayed ones are not sent a third time
    assert await count(settings) == 91


def test_only_what_stages_read_can_be_replayed() -> None:
    for topic in ("indexer.dlq", "fetcher.retry.5m", "nothing"):
        result = babelwire("replay", topic, "--from", "1h")
        assert (result.exit_code, "nothing can be replayed" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("12h", datetime(2026, 11, 2, 21, tzinfo=UTC)),
        ("3d", datetime(2026, 10, 31, 9, tzinfo=UTC)),
        ("2026-11-03T08:00", datetime(2026, 11, 3, 8, tzinfo=UTC)),
        ("2026-11-03T09:00+02:00", datetime(2026, 11, 3, 7, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_moment_or_so_long_ago(given: str, moment: datetime) -> None:
    assert moment_of(given, NOW) == moment


@pytest.mark.parametrize("given", ["", "yesterday", "12", "2026-11-03T10:00", "-3h"])
def test_what_is_no_time_or_still_to_come_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        moment_of(given, NOW)
