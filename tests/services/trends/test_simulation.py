"""A day of the simulated press; after three to learn from; the whole month is `make bench NAME=trends`."""

from tests.bench.generators.press import press
from tests.bench.generators.verdict import judged
from tests.bench.trends import watched


def test_bursts_are_found_in_time_and_neither_floods_nor_what_is_dated_ahead_are() -> None:
    month = press(seed=5, days=4, per_day=5_000, bursts=6, learning=3)
    boards = [(minute, [one.term for one in best]) for minute, best in watched(month, learning=3)]
    verdict = judged(month, boards, learning=3)
    assert verdict.crossed >= 4
    assert verdict.detected == 1.0
    assert verdict.flooded == verdict.decoys == 0
