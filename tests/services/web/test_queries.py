"""Which months are asked: fewer than there are, and none that is needed is left out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.web import queries
from services.web.queries import Wanted
from shared import clock
from shared.search import names


def test_months_are_all_that_a_time_touches() -> None:
    first, last = datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    assert queries.months(first, last) == "articles-v1-2026.01,articles-v1-2026.02,articles-v1-2026.03"
    assert queries.months(first, first) == "articles-v1-2026.01"
    for hours in range(0, 24 * 90, 7):
        asked = queries.months(first, first + timedelta(hours=hours)).split(",")
        assert names.month_index(first + timedelta(hours=hours)) == asked[-1]
        assert len(asked) == len(set(asked))


def test_an_article_is_looked_for_where_it_was_published_and_just_after() -> None:
    assert queries.months_of(date(2026, 3, 10)) == "articles-v1-2026.03"
    assert queries.months_of(date(2026, 3, 30)) == "articles-v1-2026.03,articles-v1-2026.04"
    assert queries.months_of(date.max).endswith("9999.12")


def test_what_is_alike_may_be_from_the_months_beside() -> None:
    assert queries.months_around(datetime(2026, 3, 20, tzinfo=UTC)) == "articles-v1-2026.03,articles-v1-2026.04"


def filters(wanted: queries.Wanted) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = queries.listing(wanted, 0, 20)["query"]["bool"]["filter"]
    return found


def test_a_list_without_words_is_the_newest_first_and_matches_no_words() -> None:
    body = queries.listing(queries.Wanted(), 40, 20)
    assert (body["from"], body["size"], body["sort"]) == (40, 20, queries.NEWEST)
    assert {"highlight", "aggs", "search_after"}.isdisjoint(body)
    assert "must" not in body["query"]["bool"]


def test_words_bring_the_best_first_unless_the_newest_are_asked_for() -> None:
    body = queries.listing(queries.Wanted(words="bridge"), 0, 20)
    assert body["sort"][0] == "_score"
    assert "highlight" in body
    assert queries.listing(queries.Wanted(words="bridge", newest=True), 0, 20)["sort"] == queries.NEWEST


def test_where_few_have_the_words_they_are_looked_for_in_more_languages_once() -> None:
    wider = queries.widened(Wanted(words="cheia"), queries.FEW - 1)
    assert wider == Wanted(words="cheia", widely=True)
    assert queries.widened(wider, 0) is None
    assert queries.widened(Wanted(words="cheia"), queries.FEW) is None
    assert queries.widened(Wanted(), 0) is None


@pytest.mark.parametrize("wanted", [Wanted(words="cheia", language="pt"), Wanted(words="выборы")])
def test_words_that_were_looked_for_everywhere_are_not_asked_for_again(wanted: Wanted) -> None:
    assert queries.widened(wanted, 0) is None


def test_a_page_after_another_and_the_facets_are_asked_for_only_where_they_are_wanted() -> None:
    body = queries.listing(queries.Wanted(), 0, 20, after=("2026-03-31", 1), faceted=True)
    assert body["search_after"] == ["2026-03-31", 1]
    assert set(body["aggs"]) == set(queries.FACETS)


def test_each_thing_wanted_narrows_the_list() -> None:
    assert filters(queries.Wanted()) == []
    day = date(2026, 3, 31)
    assert filters(queries.Wanted(section="world", source="s", language="pt", day=day, term="Lisbon")) == [
        {"term": {"section": "world"}}, {"term": {"source_id": "s"}}, {"term": {"language": "pt"}},
        {"term": {"day": "2026-03-31"}}, {"term": {"trend_terms": "Lisbon"}},
    ]  # fmt: skip
    assert filters(queries.Wanted(articles=())) == [{"terms": {"article_id": []}}]
    assert filters(queries.Wanted(country="PT")) == [{"term": {"country": {"value": "PT", "case_insensitive": True}}}]
    assert filters(queries.Wanted(author="Ana Silva")) == [{"match_phrase": {"authors": "Ana Silva"}}]
    assert filters(queries.Wanted(first_day=day)) == [{"range": {"day": {"gte": "2026-03-31"}}}]
    assert filters(queries.Wanted(last_day=day)) == [{"range": {"day": {"lte": "2026-03-31"}}}]
    since = datetime(2026, 3, 31, tzinfo=UTC)
    assert filters(queries.Wanted(since=since)) == [{"range": {"times.discovered": {"gte": clock.iso(since)}}}]


def test_days_are_of_all_time_or_within_the_ends_that_are_given() -> None:
    assert queries.days(10)["query"] == {"match_all": {}}
    assert queries.days(10, last=date(2026, 3, 31))["query"] == {"range": {"day": {"lte": "2026-03-31"}}}


def test_misspelt_words_are_replaced_by_the_likeliest_of_either_language_where_they_stand() -> None:
    def told(offset: int, word: str, *options: tuple[str, float]) -> dict[str, Any]:
        return {
            "offset": offset,
            "length": len(word),
            "options": [{"text": text, "score": score} for text, score in options],
        }

    suggested = {
        "english": [told(0, "brigde", ("bridge", 0.8), ("bride", 0.6)), told(7, "over", *[])],
        "original": [told(0, "brigde", ("brigade", 0.7)), told(12, "lisbna", ("lisbon", 0.9))],
    }
    assert queries.respelt("brigde over lisbna", suggested) == "bridge over lisbon"
    assert queries.respelt("brigde", {"english": [told(0, "brigde")]}) is None
    assert queries.respelt("brigde", {}) is None


def test_what_is_alike_is_never_the_article_itself() -> None:
    seen = datetime(2026, 3, 20, tzinfo=UTC)
    itself = [{"term": {"article_id": "a"}}]
    assert queries.nearest("a", [1.0], seen, 5)["query"]["knn"]["vector"]["filter"]["bool"]["must_not"] == itself
    for english, field in ((True, "text_en"), (False, "text_original")):
        query = queries.alike("a", "text", seen, 5, english=english)["query"]["bool"]
        assert query["must_not"] == itself
        assert field in query["must"][0]["more_like_this"]["fields"]
