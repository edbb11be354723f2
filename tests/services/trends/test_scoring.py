import pytest

from services.trends.scoring import Counted, Floors, expected, ranked, score, trend_id

FLOORS = Floors(articles=5, sources=3)


def test_the_score_grows_with_the_surprise_and_is_nothing_without_one() -> None:
    assert score(10, 2.0) == 32.0
    assert score(10, 5.0) < score(10, 2.0) < score(20, 2.0)
    assert score(2, 2.0) == score(1, 2.0) == 0.0


def test_a_term_without_history_is_expected_of_one_source() -> None:
    assert expected([]) == 1.0


def test_a_steady_term_is_expected_as_it_is_always() -> None:
    assert expected([12] * 7) == pytest.approx(12, abs=1.5)


def test_what_stays_under_a_floor_is_no_trend() -> None:
    counted = [Counted("Few Articles", 4, 4), Counted("Few Sources", 40, 2), Counted("Enough", 5, 3)]
    assert [one.counted.term for one in ranked(counted, {}, 0, FLOORS, 10)] == ["Enough"]


def test_what_is_always_written_of_ranks_below_what_is_new() -> None:
    counted = [Counted("Portugal", 200, 20), Counted("Mondego", 12, 8)]
    best = ranked(counted, {"Portugal": [19, 20, 21, 18, 20, 22, 20]}, 7, FLOORS, 10)
    assert [one.counted.term for one in best] == ["Mondego", "Portugal"]
    assert best[0].score > 10 * best[1].score


def test_days_on_which_a_term_was_not_seen_count_as_nothing_expected() -> None:
    (seldom,) = ranked([Counted("Mondego", 9, 6)], {"Mondego": [6]}, 7, FLOORS, 10)
    (daily,) = ranked([Counted("Mondego", 9, 6)], {"Mondego": [5] * 7}, 7, FLOORS, 10)
    assert seldom.score > daily.score


def test_a_part_of_a_name_is_not_a_second_trend_unless_it_has_more_to_it() -> None:
    counted = [Counted("Ana Figueira", 10, 6), Counted("Figueira", 11, 6), Counted("Ana", 30, 6), Counted("Gueira", 9, 5)]
    assert {one.counted.term for one in ranked(counted, {}, 0, FLOORS, 10)} == {"Ana Figueira", "Ana", "Gueira"}


def test_only_the_strongest_are_kept_and_ties_have_one_order() -> None:
    counted = [Counted(term, 9, 5) for term in ("Delta", "Alpha", "Charlie", "Bravo")]
    assert [one.counted.term for one in ranked(counted, {}, 0, FLOORS, 3)] == ["Alpha", "Bravo", "Charlie"]


def test_a_trend_has_one_identity_however_it_is_written() -> None:
    assert trend_id("NATO") == trend_id("Nato") != trend_id("Natal")
