import itertools

import numpy
import pytest

from services.trends.history import DAY, HOUR, STEP, History, Moment
from services.trends.window import Counts, Numbered

BEGIN = 20_000 * DAY  # a midnight
TERM = numpy.array([0])


def history(days: int, sources: dict[int, int], begin: float = BEGIN) -> History:
    """`days` of history of one term, with `sources` on some days and none on others."""
    told = History(Numbered(["Storm"], {"Storm": 0}))
    told.heard(("paper", "en"), begin)
    for step in range(4 * days + 1):
        at = begin + step * STEP
        number = sources.get(int((at - begin - 1) // DAY), 0)
        told.add(Moment.of(at, 100, Counts(TERM[: number > 0], numpy.array([number] * (number > 0)), TERM[: number > 0])))
    return told


def expected(told: History, at: float) -> float:
    return float(told.expected(TERM, at)[0])


def test_a_steady_term_is_expected_as_it_is_always() -> None:
    told = history(14, dict.fromkeys(range(-1, 20), 12))
    for hours in range(24):
        assert expected(told, BEGIN + 14 * DAY + hours * HOUR) == pytest.approx(12)


def test_what_comes_each_week_is_expected_on_its_day_and_less_on_others() -> None:
    told = history(28, {day: 20 for day in range(28) if day % 7 == 6})
    assert expected(told, BEGIN + 28 * DAY) == pytest.approx(20)
    assert expected(told, BEGIN + 26 * DAY) == pytest.approx(20 / 7)


def test_the_window_itself_is_never_part_of_what_is_expected() -> None:
    told = history(14, {13: 50})
    assert expected(told, BEGIN + 14 * DAY) == 0


def test_the_expectation_has_no_edge_at_midnight_or_at_any_other_hour() -> None:
    told = history(16, {day: 7 * (day % 3) for day in range(16)})
    told_at = [expected(told, BEGIN + 15 * DAY + n * 300) for n in range(24 * 12)]
    steps = [abs(after - before) for before, after in itertools.pairwise(told_at)]
    assert max(steps) < 0.15


def test_days_without_articles_and_the_first_day_tell_nothing_of_what_is_usual() -> None:
    told = history(10, dict.fromkeys(range(-1, 20), 12))
    quiet = BEGIN + 8 * DAY
    told.add(Moment.of(quiet, 0, Counts(TERM[:0], TERM[:0], TERM[:0])))
    assert expected(told, BEGIN + 10 * DAY) == pytest.approx(12)
    assert expected(history(1, {0: 3}), BEGIN + DAY) == 0


def test_a_source_is_heard_from_its_eighth_day_unless_it_was_there_when_all_began() -> None:
    told = History(Numbered())
    assert told.heard(("old", "en"), BEGIN)
    assert told.heard(("old too", "en"), BEGIN + 20 * HOUR)
    late = BEGIN + 3 * DAY
    assert not told.heard(("new", "pl"), late)
    assert not told.heard(("new", "pl"), late + 6 * DAY)
    assert told.heard(("new", "pl"), late + 7 * DAY)
    assert not told.heard(("old", "pl"), late), "a language that a source had not written in is new too"


def test_moments_that_are_missing_are_due_the_earliest_first_and_none_before_anything_was_heard() -> None:
    told = History(Numbered())
    assert told.due(BEGIN) == []
    told.heard(("paper", "en"), BEGIN + HOUR)
    assert told.due(BEGIN + 13 * HOUR) == [BEGIN + 6 * HOUR, BEGIN + 12 * HOUR]
    told.add(Moment.of(BEGIN + 6 * HOUR, 1, Counts(TERM, TERM, TERM)))
    assert told.due(BEGIN + 13 * HOUR) == [BEGIN + 12 * HOUR]


def test_voices_known_from_earlier_count_from_when_they_were_first_heard() -> None:
    told = History(Numbered())
    told.heard(("paper", "en"), BEGIN + 20 * DAY)
    told.know([(("paper", "en"), BEGIN), (("radio", "en"), BEGIN + 10 * DAY)])
    told.know([(("paper", "en"), BEGIN + 5 * DAY)])
    assert told.voices[("paper", "en")] == told.begin == BEGIN
    assert told.heard(("radio", "en"), BEGIN + 17 * DAY)
    assert not told.heard(("new", "en"), BEGIN + 17 * DAY)
