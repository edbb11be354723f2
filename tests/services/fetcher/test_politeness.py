"""Each host's turn."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.politeness import FORGOTTEN_AFTER, Politeness
from services.fetcher.reservations import Reservations
from shared.errors import Wait
from shared.item import NoDeadline
from shared.search.hosts import HostState
from tests.services.fetcher.fakes import NOON, FakeHosts, FakeTime

SECOND = timedelta(seconds=1)


class Visits:
    """Takes turns and notes when each began."""

    def __init__(self, hosts: FakeHosts | None = None) -> None:
        self.time = FakeTime()
        self.hosts = hosts or FakeHosts()
        self.politeness = Politeness(self.hosts, self.time, self.time.sleep)
        self.began: list[datetime] = []
        self.open = self.most_open = 0

    async def visit(self, host: str = "a", delay: timedelta = SECOND, lasts: float = 0.0) -> None:
        async with self.politeness.turn(host, delay, NoDeadline()):
            self.began.append(self.time.now)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            if lasts:
                await self.time.sleep(lasts)
            self.open -= 1

    def gaps(self) -> list[float]:
        return [(b - a).total_seconds() for a, b in pairwise(self.began)]


async def test_a_host_met_for_the_first_time_is_left_alone_for_one_delay() -> None:
    visits = Visits()
    await visits.visit(delay=5 * SECOND)
    assert visits.began == [NOON + 5 * SECOND]


async def test_requests_to_one_host_come_one_at_a_time_a_delay_after_the_last_one_ended() -> None:
    visits = Visits()
    await asyncio.gather(*(visits.visit(lasts=0.5) for _ in range(5)))
    assert visits.most_open == 1
    assert visits.gaps() == [1.5] * 4


async def test_hosts_do_not_wait_for_each_other() -> None:
    visits = Visits()
    async with visits.politeness.turn("slow", SECOND, NoDeadline()):
        await asyncio.wait_for(visits.visit("quick", timedelta(0)), 1)
        assert visits.began == [visits.time.now]


async def test_who_would_wait_longer_than_half_a_minute_is_sent_away() -> None:
    visits = Visits()
    results = await asyncio.gather(*(visits.visit(delay=5 * SECOND) for _ in range(50)), return_exceptions=True)
    sent_away = [error for error in results if isinstance(error, Wait)]
    assert len(visits.began) == 7  # at 0 to 30 seconds after the first, which is itself in the queue
    assert len(sent_away) == 43
    assert {error.reason for error in sent_away} == {"host busy"}


async def test_of_a_long_queue_so_many_come_back_soon_that_the_host_is_kept_busy_the_others_later() -> None:
    visits = Visits()
    results = await asyncio.gather(*(visits.visit(delay=5 * SECOND) for _ in range(500)), return_exceptions=True)
    after = Counter(error.after for error in results if isinstance(error, Wait))
    assert after == {timedelta(seconds=30): 12, timedelta(minutes=5): 120, timedelta(hours=1): 361}
    visits.time.pass_by(seconds=31)
    results = await asyncio.gather(*(visits.visit(delay=5 * SECOND) for _ in range(12)), return_exceptions=True)
    assert {error.after for error in results if isinstance(error, Wait)} == {timedelta(seconds=30)}


async def test_a_host_that_asks_for_rest_is_left_alone_for_so_long_by_everyone() -> None:
    visits = Visits()
    await visits.visit()
    await visits.politeness.refused("a", 20 * SECOND)
    rests_until = visits.time.now + 20 * SECOND
    await asyncio.gather(*(visits.visit() for _ in range(3)))
    assert visits.began[1:] == [rests_until, rests_until + SECOND, rests_until + 2 * SECOND]


async def test_a_long_rest_sends_away_for_as_long() -> None:
    visits = Visits()
    await visits.politeness.refused("a", timedelta(minutes=10))
    with pytest.raises(Wait) as wait:
        await visits.visit()
    assert (wait.value.reason, wait.value.after) == ("host rests", timedelta(minutes=10))


async def test_a_rest_asked_for_while_others_wait_holds_for_them_too() -> None:
    visits = Visits()

    async def first() -> None:
        async with visits.politeness.turn("a", SECOND, NoDeadline()):
            await asyncio.sleep(0)
            await visits.politeness.refused("a", timedelta(minutes=10))

    results = await asyncio.gather(first(), visits.visit(), visits.visit(), return_exceptions=True)
    assert [type(result) for result in results[1:]] == [Wait, Wait]
    assert visits.began == []


async def test_without_a_wish_of_its_own_each_refusal_doubles_the_rest_up_to_an_hour() -> None:
    visits = Visits()
    rests = []
    for _ in range(14):
        await visits.politeness.refused("a")
        state = visits.hosts.states["a"]
        assert state.next_at is not None
        rests.append((state.next_at - visits.time.now).total_seconds())
        visits.time.now = state.next_at
    assert rests[:5] == [5, 10, 20, 40, 80]
    assert rests[9:] == [2560, 3600, 3600, 3600, 3600]


async def test_an_answer_as_it_should_be_ends_the_doubling() -> None:
    visits = Visits()
    await visits.politeness.refused("a")
    await visits.politeness.refused("a")
    await visits.politeness.answered("a")
    await visits.politeness.refused("a")
    assert visits.hosts.states["a"].backoff_seconds == 5
    assert visits.hosts.states["a"].failures == 1


async def test_what_another_fetcher_noted_of_a_host_holds_here() -> None:
    hosts = FakeHosts(HostState(host="a", next_at=NOON + timedelta(minutes=5), backoff_seconds=40, failures=4))
    visits = Visits(hosts)
    with pytest.raises(Wait):
        await visits.visit()
    visits.time.pass_by(minutes=5)
    await visits.visit()
    await visits.politeness.refused("a")
    assert hosts.states["a"].backoff_seconds == 80


async def test_a_host_not_visited_for_long_is_met_anew() -> None:
    visits = Visits()
    await visits.visit()
    visits.time.now += FORGOTTEN_AFTER / 2
    await visits.visit()
    assert visits.hosts.asked == ["a"]
    visits.time.pass_by(minutes=9, seconds=59)
    await visits.visit()
    assert visits.hosts.asked == ["a"]
    visits.time.pass_by(minutes=10, seconds=2)
    await visits.visit()
    assert visits.hosts.asked == ["a", "a"]


async def test_after_an_assignment_each_host_is_met_anew_for_another_may_just_have_had_it() -> None:
    visits = Visits()
    await visits.visit()
    visits.time.pass_by(seconds=30)
    visits.hosts.states["a"] = HostState(host="a", next_at=visits.time.now + 3 * SECOND)
    visits.politeness.reassigned()
    assigned = visits.time.now
    await visits.visit()
    assert visits.began[1] == assigned + 3 * SECOND
    visits.hosts.states.clear()
    visits.politeness.reassigned()
    assigned = visits.time.now
    await visits.visit()
    assert visits.began[2] == assigned + SECOND


async def test_a_host_whose_robots_are_known_is_left_alone_for_its_delay_all_the_same() -> None:
    visits = Visits()
    await visits.politeness.robots("a")
    await visits.visit(delay=5 * SECOND)
    assert visits.began == [NOON + 5 * SECOND]


async def test_the_longer_pause_that_robots_ask_for_holds_from_the_request_for_robots_on() -> None:
    visits = Visits()
    await visits.visit(delay=SECOND)
    await visits.visit(delay=5 * SECOND)
    assert visits.began[1] - visits.began[0] >= 5 * SECOND


async def test_robots_are_kept_for_the_next_owner_until_they_expire() -> None:
    visits = Visits()
    await visits.politeness.note_robots("a", "User-agent: *", NOON + timedelta(hours=1))
    successor = Politeness(visits.hosts, visits.time, visits.time.sleep)
    assert await successor.robots("a") == ("User-agent: *", NOON + timedelta(hours=1))
    visits.time.pass_by(hours=2)
    assert await successor.robots("a") is None


async def test_reservations_are_kept_for_the_next_owner_until_they_expire() -> None:
    visits = Visits()
    assert await visits.politeness.reservations("a") is None
    await visits.politeness.note_reservations("a", Reservations("Disallow: /", "[]"), NOON + timedelta(hours=1))
    successor = Politeness(visits.hosts, visits.time, visits.time.sleep)
    visits.time.pass_by(minutes=59, seconds=59)
    assert await successor.reservations("a") == (Reservations("Disallow: /", "[]"), NOON + timedelta(hours=1))
    visits.time.pass_by(seconds=1)
    assert await successor.reservations("a") is None
    visits.time.pass_by(seconds=1)
    assert await successor.reservations("a") is None


async def test_robots_hold_to_the_moment_they_expire_at() -> None:
    visits = Visits()
    assert await visits.politeness.robots("a") is None
    await visits.politeness.note_robots("a", "", NOON + timedelta(hours=1))
    visits.time.pass_by(minutes=59, seconds=59)
    assert await visits.politeness.robots("a") == ("", NOON + timedelta(hours=1))
    visits.time.pass_by(seconds=1)
    assert await visits.politeness.robots("a") is None


@pytest.mark.parametrize(("rest", "waits"), [(30, True), (30.001, False)])
async def test_half_a_minute_s_rest_is_waited_for_and_a_longer_one_is_not(rest: float, waits: bool) -> None:
    visits = Visits()
    await visits.politeness.refused("a", timedelta(seconds=rest))
    if waits:
        await visits.visit(delay=timedelta(0))
        assert visits.began == [NOON + timedelta(seconds=rest)]
    else:
        with pytest.raises(Wait, match="host rests"):
            await visits.visit(delay=timedelta(0))


async def test_a_shorter_rest_does_not_cut_a_longer_one_short() -> None:
    visits = Visits()
    await visits.politeness.refused("a", 20 * SECOND)
    await visits.politeness.refused("a", 5 * SECOND)
    assert visits.hosts.states["a"].next_at == NOON + 20 * SECOND
    await visits.visit()
    assert visits.began == [NOON + 20 * SECOND]


async def test_a_rest_of_a_host_s_own_counts_as_a_failure_and_doubles_like_others() -> None:
    visits = Visits()
    await visits.politeness.refused("a", timedelta(0))
    await visits.politeness.refused("a")
    state = visits.hosts.states["a"]
    assert (state.failures, state.backoff_seconds, state.next_at) == (2, 10, NOON + 10 * SECOND)


async def test_a_host_that_never_failed_is_not_written_down_at_each_answer() -> None:
    visits = Visits()
    await visits.politeness.answered("a")
    assert visits.hosts.states == {}


async def test_waiting_for_a_turn_is_no_work_and_the_turn_itself_is() -> None:
    visits, waits = Visits(), list[tuple[str, datetime]]()

    class Noted(NoDeadline):
        @contextlib.contextmanager
        def waiting(self) -> Iterator[None]:
            waits.append(("waits", visits.time.now))
            yield
            waits.append(("works", visits.time.now))

    async with visits.politeness.turn("a", 5 * SECOND, Noted()):
        visits.time.pass_by(seconds=1)
    assert waits == [("waits", NOON), ("works", NOON + 5 * SECOND)]


async def test_a_turn_that_fails_owes_the_pause_all_the_same() -> None:
    visits = Visits()
    with pytest.raises(ConnectionError):
        async with visits.politeness.turn("a", SECOND, NoDeadline()):
            raise ConnectionError
    ended = visits.time.now
    await visits.visit()
    assert visits.began == [ended + SECOND]


async def test_requests_in_hand_when_a_host_is_met_anew_keep_their_queue() -> None:
    visits = Visits()

    async def first() -> None:
        async with visits.politeness.turn("a", SECOND, NoDeadline()):
            visits.politeness.reassigned()
            second = asyncio.create_task(visits.visit())
            for _ in range(10):
                await asyncio.sleep(0)
            assert visits.began == []
        ended = visits.time.now
        await second
        assert visits.began == [ended + SECOND]

    await first()
    assert visits.hosts.asked == ["a", "a"]


async def test_a_visit_cancelled_while_it_waits_leaves_the_turn_to_the_next() -> None:
    politeness = Politeness(FakeHosts(), FakeTime(), asyncio.sleep)
    entered = asyncio.Event()

    async def visit() -> None:
        async with politeness.turn("a", timedelta(0), NoDeadline()):
            entered.set()
            await asyncio.sleep(3600)

    first = asyncio.create_task(visit())
    await entered.wait()
    second = asyncio.create_task(visit())
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with asyncio.timeout(1), politeness.turn("a", timedelta(0), NoDeadline()):
        assert second.cancelled()


async def test_idle_hosts_are_forgotten_so_that_memory_stays() -> None:
    visits = Visits()
    for number in range(20_000):
        visits.time.pass_by(seconds=1)
        await visits.visit(f"host-{number}", timedelta(0))
        assert len(visits.politeness) < 5_000


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 3), st.booleans()), min_size=1, max_size=25))
def test_whatever_happens_no_two_requests_to_a_host_are_closer_than_the_delay(steps: list[tuple[str, float, bool]]) -> None:
    async def play() -> dict[str, list[tuple[datetime, datetime]]]:
        visits = Visits()
        times: dict[str, list[tuple[datetime, datetime]]] = {"a": [], "b": []}

        async def visit(host: str, lasts: float, fails: bool) -> None:
            try:
                async with visits.politeness.turn(host, SECOND, NoDeadline()):
                    began = visits.time.now
                    await visits.time.sleep(lasts)
                    if fails:
                        await visits.politeness.refused(host)
                    times[host].append((began, visits.time.now))
            except Wait:
                return

        await asyncio.gather(*(visit(*step) for step in steps))
        return times

    for spans in asyncio.run(play()).values():
        for (_, ended), (began, _) in pairwise(spans):
            assert began - ended >= SECOND
