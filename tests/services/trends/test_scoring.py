import pytest

from services.trends.history import DAY, STEP, History, Moment
from services.trends.scoring import Floors, Scored, ranked, trend_id, with_evidence
from services.trends.window import Numbered, Sighting, Window

FLOORS = Floors(articles=5, sources=3)
BEGIN = 20_000 * DAY
NOW = BEGIN + 10 * DAY


class Desk:
    """Ten days of a press; `say` has a term in articles of some sources."""

    def __init__(self) -> None:
        terms = Numbered()
        self.window, self.history = Window(DAY, terms), History(terms)
        self.history.heard(("s0", "en"), BEGIN)
        self.number = 0

    def say(self, term: str, articles: int, sources: int, ago: float = 60.0) -> "Desk":
        for number in range(articles):
            self.number += 1
            self.window.add(Sighting(f"a{self.number}", NOW - ago, f"s{number % sources}", "en", (term,)))
        return self

    def usually(self, **sources: int) -> "Desk":
        for step in range(4 * 10):
            self.history.add(Moment.named(BEGIN + step * STEP, 100, sources, self.window.terms))
        return self

    def ranked(self, most: int = 10, blocked: frozenset[str] = frozenset()) -> list[Scored]:
        return ranked(self.window, self.history, NOW, FLOORS, most, blocked)

    def names(self, most: int = 10, blocked: frozenset[str] = frozenset()) -> list[str]:
        return [one.term for one in self.ranked(most, blocked)]


def test_what_stays_under_a_floor_is_no_trend() -> None:
    desk = Desk().say("Few Articles", 4, 4).say("Few Sources", 40, 2).say("Enough", 5, 3)
    assert desk.names() == ["Enough"]


def test_one_source_that_floods_lifts_nothing_over_the_floor_with_two_that_mention_it() -> None:
    desk = Desk().say("Shop", 500, 1)
    desk.window.add(Sighting("x", NOW - 60, "other", "en", ("Shop",)))
    desk.window.add(Sighting("y", NOW - 60, "another", "en", ("Shop",)))
    assert desk.names() == []


def test_what_is_always_written_of_is_no_trend_and_what_rises_is_ranked_by_its_surprise() -> None:
    desk = Desk().usually(Portugal=20, Mondego=1, Tejo=1).say("Portugal", 60, 30).say("Mondego", 30, 20).say("Tejo", 30, 25)
    (tejo, mondego) = desk.ranked()
    assert (tejo.term, mondego.term) == ("Tejo", "Mondego")
    assert mondego.sources == 20
    assert mondego.expected == pytest.approx(1)
    assert mondego.score == pytest.approx(19**2, rel=0.01)


def test_a_term_never_seen_is_a_trend_at_the_floor_and_one_seen_daily_is_not() -> None:
    assert Desk().usually(Else=1).say("Mondego", 5, 3).names() == ["Mondego"]
    assert Desk().usually(Mondego=1).say("Mondego", 5, 3).names() == []


def test_the_floor_is_the_surprise_of_a_term_never_seen_in_as_many_sources() -> None:
    assert Floors(articles=5, sources=3).score == pytest.approx(84.0, abs=0.05)
    assert Floors(articles=5, sources=5).score == pytest.approx(239.9, abs=0.05)


@pytest.mark.parametrize(("sources", "trends"), [(230, False), (240, True), (245, True)])
def test_what_is_common_is_no_trend_before_it_doubles_however_great_the_surprise(sources: int, trends: bool) -> None:
    assert FLOORS.score < (230 - 120) ** 2 / 120
    assert bool(Desk().usually(Common=120).say("Common", sources, sources).names()) is trends


def test_a_trend_fades_by_half_in_eight_hours_without_news() -> None:
    (now,) = Desk().say("Mondego", 9, 5).ranked()
    (later,) = Desk().say("Mondego", 9, 5, ago=60 + 8 * 3600).ranked()
    assert later.score == pytest.approx(now.score / 2)


def test_a_part_of_a_name_is_not_a_second_trend_unless_it_has_more_to_it() -> None:
    desk = Desk().say("Ana Figueira", 10, 6).say("Figueira", 11, 6).say("Ana", 30, 16).say("Gueira", 9, 5)
    assert set(desk.names()) == {"Ana Figueira", "Ana", "Gueira"}


def test_the_parts_of_a_long_name_are_no_trends_and_crowd_out_none() -> None:
    desk = Desk().say("Mondego", 9, 5)
    for name in ("Ana Maria Costa", "Ana Maria", "Maria Costa", "Ana", "Maria", "Costa"):
        desk.say(name, 12, 6)
    assert desk.names(most=2) == ["Ana Maria Costa", "Mondego"]


@pytest.mark.parametrize(("articles", "stays"), [(12, False), (13, True)])
def test_a_part_needs_a_quarter_more_articles_than_the_whole(articles: int, stays: bool) -> None:
    # Ten of Ana Figueira: 12 is less than a quarter more, 13 is more.
    desk = Desk().say("Ana Figueira", 10, 6).say("Figueira", articles, 8)
    assert ("Figueira" in desk.names()) is stays


def test_of_equal_strength_the_one_with_more_articles_comes_first() -> None:
    assert Desk().say("Alpha", 9, 5).say("Bravo", 10, 5).names() == ["Bravo", "Alpha"]


def test_only_the_strongest_are_kept_and_ties_have_one_order() -> None:
    desk = Desk()
    for term in ("Delta", "Alpha", "Charlie", "Bravo"):
        desk.say(term, 9, 5)
    assert desk.names(most=3) == ["Alpha", "Bravo", "Charlie"]


def test_a_blocked_term_never_trends_however_it_is_written() -> None:
    assert Desk().say("Black  Friday", 9, 5).say("Mondego", 9, 5).names(blocked=frozenset({"black friday"})) == ["Mondego"]


def test_each_trend_names_its_sources_languages_and_latest_articles() -> None:
    desk = Desk().say("Mondego", 14, 4)
    (told,) = with_evidence(desk.ranked(), desk.window, NOW)
    assert (told.articles, told.sources, len(told.article_ids)) == (14, 4, 10)
    assert (set(told.source_ids), told.languages) == ({"s0", "s1", "s2", "s3"}, ("en",))


def test_a_trend_has_one_identity_however_it_is_written() -> None:
    assert trend_id("NATO") == trend_id("Nato") != trend_id("Natal")
    assert trend_id("NATO") == "a1f8a66170b13f89683a8296c20c169f", "it stands in the index"
