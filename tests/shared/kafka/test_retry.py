"""Where an item waits before it is tried again."""

from datetime import timedelta

import pytest

from shared.errors import Transient, Wait
from shared.kafka.retry import MAX_ATTEMPTS, due, next_step


def suffix(error: Transient, attempt: int, scale: float = 1) -> str | None:
    step = next_step(error, attempt, scale)
    return step.suffix if step else None


@pytest.mark.parametrize(("attempt", "topic"), [(1, "retry.30s"), (2, "retry.5m"), (3, "retry.1h")])
def test_each_failure_waits_longer(attempt: int, topic: str) -> None:
    assert suffix(Transient("http 503"), attempt) == topic


def test_after_the_last_step_the_attempts_are_used_up() -> None:
    assert MAX_ATTEMPTS == 4
    assert suffix(Transient("http 503"), attempt=4) is None
    assert suffix(Transient("http 503"), attempt=5) is None


def test_an_item_waits_at_least_as_long_as_the_server_asks() -> None:
    assert suffix(Transient("http 429", after=timedelta(minutes=4)), attempt=1) == "retry.5m"


def test_a_longer_wish_than_any_step_takes_the_longest() -> None:
    assert suffix(Transient("http 429", after=timedelta(days=1)), attempt=1) == "retry.1h"


def test_a_wait_is_never_used_up_and_takes_the_shortest_step_that_is_long_enough() -> None:
    assert suffix(Wait("host busy", after=timedelta(seconds=10)), attempt=99) == "retry.30s"


def test_a_wait_that_names_no_time_takes_the_shortest_step() -> None:
    assert suffix(Wait("host busy"), attempt=3) == "retry.30s"


@pytest.mark.parametrize(
    ("asked", "scale", "topic"),
    [(30, 1, "retry.30s"), (31, 1, "retry.5m"), (300, 1, "retry.5m"), (301, 1, "retry.1h"), (3, 0.1, "retry.30s"),
     (4, 0.1, "retry.5m"), (31, 0.1, "retry.1h")],
)  # fmt: skip
def test_a_step_is_long_enough_when_its_delay_at_the_scale_is_what_was_asked_for(
    asked: int, scale: float, topic: str
) -> None:
    assert suffix(Wait("host busy", after=timedelta(seconds=asked)), attempt=1, scale=scale) == topic


def test_a_short_wish_does_not_shorten_the_step_of_a_later_attempt() -> None:
    assert suffix(Transient("http 503", after=timedelta(seconds=1)), attempt=3) == "retry.1h"


class Waiting:
    """A record in a retry topic."""

    def __init__(self, offset: int, at: float) -> None:
        self.offset, self.timestamp = offset, int(at * 1000)
        self.topic, self.partition, self.key, self.value, self.headers = "fetcher.retry.30s", 0, None, None, ()


def test_a_record_is_due_when_it_has_waited_the_delay_and_not_a_moment_before() -> None:
    record = Waiting(7, at=1_000)
    assert due([record], delay=30, now=1_030) == ([record], None)
    assert due([record], delay=30, now=1_029.999) == ([], 1_030)


def test_a_record_written_between_two_seconds_is_due_between_two_seconds() -> None:
    assert due([Waiting(7, at=1_000.25)], delay=0.5, now=1_000) == ([], 1_000.75)


def test_behind_one_that_must_wait_nothing_is_due() -> None:
    records = [Waiting(3, at=100), Waiting(4, at=101), Waiting(9, at=150), Waiting(10, at=100)]
    assert due(records, delay=30, now=131) == (records[:2], 180)


def test_where_there_is_nothing_nothing_is_due() -> None:
    assert due([], delay=30, now=0) == ([], None)
