from datetime import UTC, datetime

import pytest
from htmldate.extractors import get_external_parser

from services.extractor import dates
from services.extractor.dates import Moments, find, parse
from services.extractor.declared import declared
from services.extractor.markup import parse as tree_of
from tests.services.extractor.pages import FETCHED, document


def moments(
    body: str = "",
    head: str = "",
    url: str = "https://paper.example/a",
    country: str | None = None,
    feed: datetime | None = None,
) -> Moments:
    tree = tree_of(document(body, head))
    return find(tree, declared(tree), url, country, FETCHED, feed)


def ld(**fields: str) -> str:
    inner = ",".join(f'"{key}":"{value}"' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{inner}}}</script>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-09T18:30:00+01:00", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("2026-03-09T17:30:00.000Z", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("2026-03-09T18:30:00+0100", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("Mon, 09 Mar 2026 17:30:00 GMT", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("March 9, 2026 12:30 PM EST", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("1773077400", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("1773077400000", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_many_forms(text: str, expected: datetime) -> None:
    assert parse(text) == (expected, False)


@pytest.mark.parametrize("text", ["", "yesterday", "12:30", "9999999", "2026-13-45", "0000-00-00", "x" * 10_000])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse(text) is None


def test_a_day_alone_stands_at_noon_and_says_so() -> None:
    found = moments(head=ld(datePublished="2026-03-08"))
    assert found.published == datetime(2026, 3, 8, 12, tzinfo=UTC)
    assert found.places["published_at"] == "json-ld (day)"


def test_a_time_without_zone_is_in_the_countrys() -> None:
    assert moments(head=ld(datePublished="2026-03-09T18:30:00"), country="de").published == datetime(
        2026, 3, 9, 17, 30, tzinfo=UTC
    )
    assert moments(head=ld(datePublished="2026-03-09T18:30:00"), url="https://a.kr/b").published == datetime(
        2026, 3, 9, 9, 30, tzinfo=UTC
    )
    assert moments(head=ld(datePublished="2026-03-09T18:30:00")).published == datetime(2026, 3, 9, 18, 30, tzinfo=UTC)


def test_what_is_declared_comes_before_what_is_shown() -> None:
    shown = '<h1>T</h1><time datetime="2026-03-01T10:00:00Z">1 March</time>'
    meta = '<meta property="article:published_time" content="2026-03-02T10:00:00Z">'
    assert moments(shown, meta + ld(datePublished="2026-03-03T10:00:00Z")).places["published_at"] == "json-ld"
    assert moments(shown, meta).published == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert moments(shown).published == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_the_time_beside_the_headline_and_not_a_related_ones() -> None:
    body = '<time datetime="2025-01-01T10:00:00Z"></time><h1>T</h1><time datetime="2026-03-01T10:00:00Z"></time>'
    assert moments(body).published == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_the_future_and_the_distant_past_are_no_dates() -> None:
    assert moments(head=ld(datePublished="2026-03-20T10:00:00Z")).places.get("published_at") != "json-ld"
    assert moments(head=ld(datePublished="1970-01-01T00:00:00Z")).published is None


def test_the_feeds_date_where_the_page_has_none() -> None:
    feed = datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert moments(feed=feed).places == {"published_at": "feed"}


def test_a_date_in_the_url_is_a_guess_of_the_day() -> None:
    found = moments(url="https://paper.example/2026/03/04/bridge")
    assert found.published == datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown", ["Wtorek, 3 stycznia 2012", "Τρίτη, 3 Ιανουαρίου 2012", "3 января 2012 г.", "marți, 3 ianuarie 2012"]
)
def test_a_day_in_the_words_of_its_language_is_a_guess_of_the_day(shown: str) -> None:
    found = moments(f'<p class="date">{shown}</p><p>Text.</p>', url="https://paper.example/a")
    assert found.published == datetime(2012, 1, 3, 12, tzinfo=UTC)


def test_what_is_no_day_is_not_tried_in_languages_without_news() -> None:
    moments('<p class="date">Dodano: 31 grudnia 2011, 11:00 !</p>')
    assert get_external_parser().languages == dates.WRITTEN


def test_a_change_before_publication_is_no_change() -> None:
    assert moments(head=ld(datePublished="2026-03-03T10:00:00Z", dateModified="2026-03-03T09:00:00Z")).modified is None
    assert moments(head=ld(datePublished="2026-03-03T10:00:00Z", dateModified="2026-03-03T11:00:00Z")).modified


def test_a_moment_that_its_zone_moves_out_of_the_calendar_is_none() -> None:
    assert parse("0001-01-01T00:30:00+05:00") is None
    assert parse("9999-12-31T23:30:00-05:00") is None


def test_whatever_guessing_raises_means_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RecursionError

    monkeypatch.setattr(dates, "find_date", broken)
    assert moments("<p>Nothing said.</p>").published is None


def test_memory_that_runs_out_while_guessing_is_the_pools_business(monkeypatch: pytest.MonkeyPatch) -> None:
    def swollen(*_: object, **__: object) -> str:
        raise MemoryError

    monkeypatch.setattr(dates, "find_date", swollen)
    with pytest.raises(MemoryError):
        moments("<p>Nothing said.</p>")


def test_without_the_machines_zones_a_country_s_time_is_taken_for_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "ZONES", {"pt": "Europe/No_Such"})
    found = moments(head=ld(datePublished="2026-03-09T18:30:00"), country="PT")
    assert found.published == datetime(2026, 3, 9, 18, 30, tzinfo=UTC)
