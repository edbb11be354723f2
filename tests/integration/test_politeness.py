"""The short form of `make politeness`: what the server saw while fetchers came, were killed, and came back."""

import pytest

from shared import clock
from tests.integration.politeness import REPLAY, SLOW, trial

pytestmark = [
    pytest.mark.engines,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not REPLAY.exists(), reason="the saved real pages (../shared/replay) are not here"),
]


async def test_each_hosts_pause_holds_while_fetchers_come_and_go_and_a_slow_host_holds_up_none(
    topics: str, search: str
) -> None:
    async with trial(topics, search, hosts=10) as made:
        await made.members(2)
        await made.ask(SLOW, 500)
        since = clock.now()
        await made.flow(5, pause=1)
        steady = await made.found(since)
        await made.members(1)
        await made.flow(2, pause=0.3)
        await made.members(2)
        await made.flow(2, pause=0.3)
        found = await made.found(clock.now())
    assert found.breaches() == {}
    assert found.most_at_a_time == 1
    assert found.robots_first
    assert found.pages > 40
    assert SLOW in found.gaps
    assert steady.p95 < 2
