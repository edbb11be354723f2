"""The judge of the simulated month, judged."""

from tests.bench.generators.press import DAY, Burst, Press, Written
from tests.bench.generators.verdict import crossed, judged

BURST = Burst(("storm",), begin=DAY, end=DAY + 60)


def said(minute: int, source: str, group: int, ahead: int = 0) -> Written:
    return Written(minute, source, "en", ("storm",), group, group, ahead)


def test_the_floor_is_crossed_by_five_texts_of_three_sources_with_two_of_each_at_most() -> None:
    articles = [said(DAY + n, "abc"[n % 3], n) for n in range(5)]
    assert crossed(BURST, articles) == DAY + 4
    assert crossed(BURST, articles[:4]) is None
    assert crossed(BURST, [said(DAY + n, "ab"[n % 2], n) for n in range(50)]) is None
    assert crossed(BURST, [said(DAY + n, "abcdef"[n], 1) for n in range(6)]) is None
    assert crossed(BURST, [said(DAY + n, "abcdef"[n], n, ahead=3) for n in range(6)]) is None


def test_a_board_is_right_where_it_names_what_was_planted_and_while_it_lasts() -> None:
    articles = [said(DAY + n, "abc"[n % 3], n) for n in range(5)]
    press = Press(3, articles, [BURST], frozenset({"flood"}), frozenset({"ahead"}), ["a", "b", "c"])
    boards = [(DAY + 10, ["storm"]), (DAY + 60, ["storm", "weather"]), (DAY + 120, ["flood"]), (3 * DAY, ["storm"])]
    verdict = judged(press, boards, learning=1)
    assert (verdict.crossed, verdict.detected, verdict.delays) == (1, 1.0, [6])
    assert (verdict.places, verdict.right, dict(verdict.wrong)) == (4, 1, {"weather": 1, "flood": 1, "storm": 1})
    assert (verdict.flooded, verdict.decoys, verdict.newcomers) == (1, 0, 0)


def test_what_comes_late_or_never_is_not_in_time() -> None:
    articles = [said(DAY + n, "abc"[n % 3], n) for n in range(5)]
    press = Press(3, articles, [BURST], frozenset(), frozenset(), ["a", "b", "c"])
    assert judged(press, [(DAY + 60, ["storm"])], learning=1).detected == 0.0
    assert judged(press, [], learning=1).missed == ["storm"]
