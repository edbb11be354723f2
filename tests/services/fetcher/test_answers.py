"""What an HTTP answer means for the URL."""

from datetime import timedelta

import pytest

from services.fetcher.answers import answer_class, is_html, may_be_html, problem
from shared.errors import Ended, State, Transient


@pytest.mark.parametrize("status", [200, 203, 206])
def test_a_success_is_no_problem(status: int) -> None:
    assert problem(status) is None


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (404, State.GONE, "http 404"),
        (410, State.GONE, "http 410"),
        (401, State.BLOCKED, "http 401"),
        (403, State.BLOCKED, "http 403"),
        (451, State.BLOCKED, "http 451"),
        (418, State.BLOCKED, "http 418"),
        (999, State.BLOCKED, "http 999"),
        (302, State.FAILED, "http 302"),
        (304, State.FAILED, "http 304"),
        (204, State.NOT_ARTICLE, "no content"),
    ],
)
def test_an_end_is_named(status: int, state: State, reason: str) -> None:
    found = problem(status)
    assert isinstance(found, Ended)
    assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize(
    ("status", "state"),
    [(429, State.BLOCKED), (408, State.FAILED), (500, State.FAILED), (503, State.FAILED), (522, State.FAILED)],
)
def test_what_may_work_later_says_how_long_to_wait_and_how_it_ends_if_it_never_does(status: int, state: State) -> None:
    found = problem(status, timedelta(seconds=7))
    assert isinstance(found, Transient)
    assert (found.reason, found.after, found.state) == (f"http {status}", timedelta(seconds=7), state)


@pytest.mark.parametrize(
    ("content_type", "body", "html"),
    [
        ("text/html; charset=utf-8", b"", True),
        ("TEXT/HTML", b"whatever", True),
        ("application/xhtml+xml", b"", True),
        ("", b"\n<!DOCTYPE html><title>x</title>", True),
        ("text/plain", b"<html lang='pt'>", True),
        ("application/xml", b"<?xml version='1.0'?><html xmlns='x'>", True),
        ("text/plain", b"User-agent: *", False),
        ("application/rss+xml", b"<html>", False),
        ("application/pdf", b"<html>", False),
        ("image/png", b"", False),
        ("", b"", False),
    ],
)
def test_a_page_is_told_by_its_type_or_where_that_says_nothing_by_its_looks(
    content_type: str, body: bytes, html: bool
) -> None:
    assert is_html(content_type, body) is html


def test_what_cannot_be_a_page_is_not_even_read() -> None:
    assert not may_be_html("video/mp4")
    assert may_be_html("text/html;charset=x")
    assert may_be_html("")


def test_answers_are_counted_by_class() -> None:
    assert [answer_class(status) for status in (200, 301, 404, 503, 999)] == ["2xx", "3xx", "4xx", "5xx", "other"]
