"""Where an item waits before it is tried again."""

from datetime import timedelta

import pytest

from shared.errors import Transient, Wait
from shared.kafka.retry import next_step


@pytest.mark.parametrize(("attempt", "topic"), [(1, "retry.30s"), (2, "retry.5m"), (3, "retry.1h")])
def test_each_failure_waits_longer(attempt: int, topic: str) -> None:
    step = next_step(Transient("http 503"), attempt, scale=1)
    assert step is not None
    assert step.suffix == topic


def test_after_the_last_step_the_attempts_are_used_up() -> None:
    assert next_step(Transient("http 503"), attempt=4, scale=1) is None


def test_an_item_waits_at_least_as_long_as_the_server_asks() -> None:
    step = next_step(Transient("http 429", after=timedelta(minutes=4)), attempt=1, scale=1)
    assert step is not None
    assert step.suffix == "retry.5m"


def test_a_longer_wish_than_any_step_takes_the_longest() -> None:
    step = next_step(Transient("http 429", after=timedelta(days=1)), attempt=1, scale=1)
    assert step is not None
    assert step.suffix == "retry.1h"


def test_a_wait_is_never_used_up_and_takes_the_shortest_step_that_is_long_enough() -> None:
    step = next_step(Wait("host busy", after=timedelta(seconds=10)), attempt=99, scale=1)
    assert step is not None
    assert step.suffix == "retry.30s"
