"""What the fetcher's settings come to."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.fetcher.settings import FetcherSettings


def test_it_says_who_asks_and_where_to_complain() -> None:
    named = FetcherSettings(user_agent="Quayside", contact="https://quayside.example/bot")
    assert named.agent == "Mozilla/5.0 (compatible; Quayside; +https://quayside.example/bot)"
    assert FetcherSettings(user_agent="Quayside", contact="").agent == "Mozilla/5.0 (compatible; Quayside)"


def test_no_age_is_no_limit() -> None:
    assert FetcherSettings(max_age_days=0).max_age is None
    assert FetcherSettings(max_age_days=2).max_age == timedelta(days=2)


@pytest.mark.parametrize("rules", ["nonsense", "10.0.0.0/99", "host:port", "127.0.0.1:70000"])
def test_an_allow_list_that_cannot_be_read_stops_the_start(rules: str) -> None:
    with pytest.raises(ValidationError):
        FetcherSettings(allow_private=rules)
