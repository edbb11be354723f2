import pytest

from services.trends.window import Sighting, Window

DAY = 86_400.0
NOW = 100 * DAY


def seen(
    key: str, source: str, *terms: str, ago: float = 0.0, text: int | None = None, dated: float | None = None
) -> Sighting:
    published = None if dated is None else NOW - ago + dated
    return Sighting(key, NOW - ago, source, f"lang-{source}", terms, published, text)


def told(window: Window, now: float = NOW, everyone: bool = False) -> dict[str, tuple[int, int]]:
    counts = window.counts(now, everyone=everyone)
    rows = zip(counts.terms.tolist(), counts.sources.tolist(), counts.articles.tolist(), strict=True)
    return {window.terms.names[term]: (sources, articles) for term, sources, articles in rows}


def test_a_term_has_its_distinct_sources_and_at_most_two_articles_of_each() -> None:
    window = Window(DAY)
    for number in range(9):
        window.add(seen(f"a{number}", "a", "Storm", "Lisbon"))
    window.add(seen("b", "b", "Storm"))
    assert told(window) == {"Storm": (2, 3), "Lisbon": (1, 2)}
    assert told(Window(DAY)) == {}


def test_agency_copy_counts_once_for_whom_it_came_first() -> None:
    window = Window(DAY)
    for number in range(40):
        window.add(seen(f"a{number}", f"paper-{number}", "Storm", text=0xABCDEF ^ (number % 3)))
    assert told(window) == {"Storm": (1, 1)}
    assert window.articles(NOW) == 1


def test_what_left_the_window_or_lies_ahead_is_not_counted() -> None:
    window = Window(DAY)
    window.add(seen("old", "a", "Storm", ago=DAY))
    window.add(seen("in", "b", "Storm", ago=DAY - 1))
    window.add(seen("ahead", "c", "Storm", ago=-1))
    assert told(window) == {"Storm": (1, 1)}
    assert told(window, NOW + 1) == {"Storm": (1, 1)}


@pytest.mark.parametrize(
    ("dated", "counts"), [(3 * DAY, False), (7200, False), (1800, True), (-6 * DAY, True), (-8 * DAY, False)]
)
def test_what_says_it_is_old_or_of_tomorrow_does_not_count(dated: float, counts: bool) -> None:
    window = Window(DAY)
    assert window.add(seen("a", "a", "Storm", dated=dated)) is counts
    assert bool(told(window)) is counts


def test_an_article_that_comes_again_with_other_terms_counts_by_the_latest() -> None:
    window = Window(DAY)
    window.add(seen("a", "a", "Tempestade", text=7))
    window.add(seen("a", "a", "Storm", text=7))
    assert told(window) == {"Storm": (1, 1)}
    assert len(window) == 1


def test_sources_that_are_new_count_for_what_is_usual_and_not_for_trends() -> None:
    window = Window(DAY)
    window.add(seen("a", "a", "Storm"), proven=False)
    window.add(seen("b", "b", "Storm"))
    assert told(window) == {"Storm": (1, 1)}
    assert told(window, everyone=True) == {"Storm": (2, 2)}


def test_forgetting_what_has_left_changes_nothing_of_what_is_counted() -> None:
    window = Window(DAY)
    for number in range(300):
        window.add(
            seen(f"a{number}", f"s{number % 7}", f"t{number % 11}", ago=2 * DAY * (1 - number / 300), text=number << 20)
        )
    before, size = told(window), len(window)
    window.expire(NOW)
    assert told(window) == before
    assert len(window) < size
    window.add(seen("copy", "other", "t1", text=299 << 20))
    assert told(window) == before


def test_the_evidence_is_the_latest_articles_and_who_and_in_which_language_most_often() -> None:
    window = Window(DAY)
    for number in range(6):
        window.add(seen(f"a{number}", "ab"[number % 3 > 0], "Storm", ago=number * 60.0))
    number = window.terms.numbers["Storm"]
    places = window.articles_of([number], NOW)[number]
    assert window.evidence(places) == (["b", "a"], ["lang-b", "lang-a"], [f"a{n}" for n in range(6)])


def test_what_is_left_of_a_term_halves_with_the_age_of_each_sources_latest_article() -> None:
    window = Window(DAY)
    window.add(seen("old", "a", "Storm", ago=20_000))
    window.add(seen("new", "a", "Storm", ago=0))
    window.add(seen("b", "b", "Storm", ago=3600))
    number = window.terms.numbers["Storm"]
    places = window.articles_of([number], NOW)[number]
    assert window.freshness(places, NOW, half_life=3600) == pytest.approx(0.75)


def test_a_window_without_articles_has_nothing_to_tell_or_to_forget() -> None:
    window = Window(DAY)
    window.expire(NOW)
    assert (len(window), window.articles(NOW)) == (0, 0)
    assert window.freshness(window.articles_of([], NOW).get(0, window.counts(NOW).terms), NOW, DAY) == 0


def test_what_stays_when_much_is_forgotten_is_as_before_and_its_copies_are_still_known() -> None:
    window = Window(DAY)
    for number in range(20):
        window.add(seen(f"old{number}", "a", "Storm", ago=2 * DAY))
    window.add(seen("kept", "a", "Lisbon", text=7))
    window.add(seen("plain", "b", "Lisbon"))
    window.expire(NOW)
    assert len(window) == 2
    assert told(window) == {"Lisbon": (2, 2)}
    window.add(seen("copy", "c", "Lisbon", text=7))
    assert told(window) == {"Lisbon": (2, 2)}
