"""The requests and outcomes that fetching leads to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.fetcher.requests import conditions, moved, outcome
from shared import topics
from shared.errors import State
from shared.events import FetchRequest

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def request(**more: Any) -> FetchRequest:
    fields = {
        "url_id": "u", "url": "https://a.test/1", "source_id": "s", "kind": "article", "reason": "discovered",
        "discovered_at": NOON, "attempt": 2,
    }  # fmt: skip
    return FetchRequest.model_validate(fields | more)


def test_what_the_server_said_last_is_asked_with() -> None:
    asked = conditions(request(etag='W/"x"', last_modified="Mon, 02 Mar 2026 11:00:00 GMT"))
    assert asked == {"if-none-match": 'W/"x"', "if-modified-since": "Mon, 02 Mar 2026 11:00:00 GMT"}
    assert conditions(request()) == {}


@pytest.mark.parametrize("etag", ["a\r\nX-Injected: 1", "ólá", "\x00", ""])
def test_a_validator_that_is_no_header_is_left_out(etag: str) -> None:
    assert conditions(request(etag=etag)) == {}


@pytest.mark.parametrize(
    ("kind", "reason", "after"),
    [
        ("article", "discovered", "redirect"),
        ("article", "sweep", "redirect"),
        ("article", "refetch", "refetch"),
        ("feed", "poll", "poll"),
    ],
)
def test_a_redirect_to_another_domain_is_a_request_with_that_domains_key(kind: str, reason: str, after: str) -> None:
    before = request(kind=kind, reason=reason)
    there = moved(before, "https://b.test/2")
    assert (there.url, there.hops, there.reason) == ("https://b.test/2", 1, after)
    assert (there.url_id, there.attempt) == (before.url_id, before.attempt)  # it is still the first URL's way
    assert topics.route(there)[1] == "b.test"


def test_an_outcome_is_of_the_attempt_that_came_to_it() -> None:
    ended = outcome(request(), State.GONE, "http 404", NOON)
    assert (ended.url_id, ended.attempt, ended.state, ended.reason) == ("u", 2, State.GONE, "http 404")
    assert (ended.stage, ended.at, ended.discovered_at) == ("fetcher", NOON, NOON)
