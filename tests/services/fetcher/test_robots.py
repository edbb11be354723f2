"""robots.txt by RFC 9309."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.robots import MAX_BYTES, parse, rules_of

TEXT = """
User-agent: *
Disallow: /private/
Crawl-delay: 5

User-agent: babelwire
User-agent: otherbot
Disallow: /drafts/
Allow: /drafts/ready
Disallow: /*.pdf$
Crawl-delay: 2.5
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Babelwire", "/news/1", True),
        ("Babelwire", "/private/1", True),
        ("Babelwire", "/drafts/1", False),
        ("Babelwire", "/drafts/ready/1", True),
        ("Babelwire", "/a.pdf", False),
        ("Babelwire", "/a.pdf?x", True),
        ("Somebody", "/private/1", False),
        ("Somebody", "/drafts/1", True),
    ],
)
def test_the_group_of_ones_own_name_holds_and_its_longest_rule(agent: str, path: str, allowed: bool) -> None:
    assert parse(TEXT).allows(f"https://example.org{path}", agent) is allowed


def test_the_crawl_delay_is_that_of_ones_own_group_and_bounded() -> None:
    assert parse(TEXT).crawl_delay("Babelwire") == 2.5
    assert parse(TEXT).crawl_delay("Somebody") == 5
    assert parse("User-agent: *\nCrawl-delay: 86400").crawl_delay("Babelwire") == 120
    assert parse("User-agent: *\nCrawl-delay: -3").crawl_delay("Babelwire") == 0
    assert parse("User-agent: *\nCrawl-delay: soon").crawl_delay("Babelwire") == 0
    assert parse("").crawl_delay("Babelwire") == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_4xx_allows_everything(status: int) -> None:
    robots = rules_of(status, b"User-agent: *\nDisallow: /")
    assert robots is not None
    assert robots.allows("https://example.org/x", "Babelwire")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_a_5xx_and_429_give_no_rules_for_now(status: int) -> None:
    assert rules_of(status, b"") is None


def test_a_byte_order_mark_and_broken_bytes_do_no_harm() -> None:
    robots = rules_of(200, b"\xef\xbb\xbfUser-agent: *\n\xff\xfe\nDisallow: /x\n")
    assert robots is not None
    assert not robots.allows("https://example.org/x", "Babelwire")


def test_only_500_kib_are_read() -> None:
    long = b"#" + b"x" * MAX_BYTES + b"\nUser-agent: *\nDisallow: /\n"
    robots = rules_of(200, long)
    assert robots is not None
    assert robots.allows("https://example.org/x", "Babelwire")
    assert len(robots.text) == MAX_BYTES


def test_an_error_page_in_its_place_allows() -> None:
    robots = rules_of(200, b"<!doctype html><html><body>Not found: User-agent</body></html>")
    assert robots is not None
    assert robots.allows("https://example.org/x", "Babelwire")


def test_a_pattern_made_to_be_slow_is_not() -> None:
    hostile = "User-agent: *\n" + "Disallow: /" + "*a" * 60 + "*b$\n"
    began = time.perf_counter()
    parse(hostile).allows("https://example.org/" + "a" * 1500, "Babelwire")
    assert time.perf_counter() - began < 1


@given(st.binary(max_size=400))
def test_no_text_raises(body: bytes) -> None:
    robots = rules_of(200, body)
    assert robots is not None
    robots.allows("https://example.org/x?y", "Babelwire")
    assert 0 <= robots.crawl_delay("Babelwire") <= 120
