"""Excerpts, languages, moments and cut titles: the small pure parts."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from services.web import languages, moments
from services.web.cards import shortened
from services.web.excerpts import CLOSING, OPENING, Run, runs


def test_what_matched_is_told_from_what_did_not() -> None:
    assert runs(f"the {OPENING}otter{CLOSING} swims") == (Run("the ", False), Run("otter", True), Run(" swims", False))
    assert runs("") == ()
    assert runs(f"{CLOSING}a{OPENING}b") == (Run("a", False), Run("b", True))


@pytest.mark.parametrize(
    ("code", "name", "direction"),
    [("pt", "Portuguese", "ltr"), ("ar", "Arabic", "rtl"), ("fa", "Persian", "rtl"), ("zh", "Chinese", "ltr"),
     ("und", "language not known", "auto"), ("<b>", "language not known", "auto"), ("xx", "xx", "auto")],
)  # fmt: skip
def test_languages_have_names_and_directions(code: str, name: str, direction: str) -> None:
    assert (languages.language_name(code), languages.direction(code)) == (name, direction)


def test_countries_have_names() -> None:
    assert [languages.country_name(code) for code in ("pt", "BR", "??")] == ["Portugal", "Brazil", "??"]


def test_times_are_told_in_utc() -> None:
    when = datetime(2026, 4, 1, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert moments.moment(when) == "31 March 2026, 22:05 UTC"
    assert moments.machine(when) == "2026-03-31T22:05:00Z"
    assert moments.full_day(date(2026, 3, 31)) == "Tuesday, 31 March 2026"


def test_lists_tell_no_more_of_a_time_than_is_needed() -> None:
    now = datetime(2026, 3, 31, 23, tzinfo=UTC)
    told = [moments.brief(now - timedelta(days=days), now) for days in (0, 1, 400)]
    assert told == ["23:00 UTC", "30 March, 23:00 UTC", "24 February 2025"]


def test_a_text_is_cut_between_words() -> None:
    assert shortened("short", 10) == "short"
    assert shortened("the keeper leaves, the lamp stays", 20) == "the keeper leaves…"
    assert len(shortened("x" * 1_000_000, 300)) == 300
