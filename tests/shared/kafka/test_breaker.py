"""When dead letters stop a stage."""

from shared.kafka.breaker import Breaker, BreakerLimits, BreakerState


def test_a_run_of_dead_letters_opens_it() -> None:
    breaker = Breaker(BreakerLimits(run=3, ratio=1.0))
    assert [breaker.may_dead_letter() for _ in range(4)] == [True, True, True, False]
    assert breaker.state is BreakerState.OPEN


def test_good_items_between_keep_it_closed() -> None:
    breaker = Breaker(BreakerLimits(run=3, ratio=1.0))
    for _ in range(50):
        assert breaker.may_dead_letter()
        breaker.good()
    assert breaker.state is BreakerState.CLOSED


def test_a_large_share_of_dead_letters_opens_it_without_a_run() -> None:
    breaker = Breaker(BreakerLimits(run=100, ratio=0.2, window=50))
    allowed = 0
    while breaker.may_dead_letter():
        breaker.good()
        allowed += 1
    assert allowed == 10


def test_after_a_restart_one_dead_letter_is_allowed_and_a_second_opens_it() -> None:
    breaker = Breaker()
    breaker.half_open()
    assert breaker.may_dead_letter()
    assert not breaker.may_dead_letter()
    assert breaker.state is BreakerState.OPEN


def test_a_good_item_after_a_restart_closes_it() -> None:
    breaker = Breaker()
    breaker.half_open()
    breaker.good()
    assert breaker.state is BreakerState.CLOSED
    assert all(breaker.may_dead_letter() for _ in range(5))


def test_open_it_stays_open() -> None:
    breaker = Breaker(BreakerLimits(run=0))
    assert not breaker.may_dead_letter()
    breaker.good()
    assert not breaker.may_dead_letter()


def test_only_the_latest_items_count_for_the_share() -> None:
    breaker = Breaker(BreakerLimits(run=100, ratio=0.2, window=10))
    assert breaker.may_dead_letter()
    assert breaker.may_dead_letter()
    for _ in range(10):
        breaker.good()
    assert [breaker.may_dead_letter() for _ in range(3)] == [True, True, False]
