"""Feeds of every kind."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.feeds import FeedItem, NotAListing, absolute, iso_moment, parse_feed, plain, plain_language

BASE = "https://paper.example/feeds/all.xml"

RSS = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Paper</title>
<item><title>Elei\xe7\xf5es &amp; &lt;b&gt;mais&lt;/b&gt;</title><link>/2026/eleicoes?a=1&amp;b=2</link>
  <pubDate>Mon, 02 Mar 2026 09:30:00 +0100</pubDate><atom:updated>2026-03-02T10:00:00Z</atom:updated></item>
<item><title>No date</title><link> https://paper.example/2 </link></item>
<item><title>Only a guid</title><guid>https://paper.example/3</guid></item>
<item><title>Nothing at all</title></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/base/"><title>Paper</title>
<entry><title type="html">A &lt;i&gt;title&lt;/i&gt;</title><link rel="alternate" href="one"/><id>urn:1</id>
  <published>2026-03-01T08:00:00-03:00</published><updated>2026-03-02T08:00:00Z</updated></entry></feed>"""

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://paper.example/"><title>P</title></channel>
<item rdf:about="https://paper.example/r"><title>R</title><link>https://paper.example/r</link>
<dc:date>2026-03-02T08:00:00Z</dc:date></item></rdf:RDF>"""


def test_rss_gives_absolute_links_plain_titles_and_both_dates() -> None:
    feed = parse_feed(RSS, BASE)
    assert feed.items == (
        FeedItem(
            url="https://paper.example/2026/eleicoes?a=1&b=2",
            title="Eleições & mais",
            published=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
            updated=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        ),
        FeedItem("https://paper.example/2", "No date"),
        FeedItem("https://paper.example/3", "Only a guid"),
    )
    assert feed.linkless == 1


def test_atom_gives_links_by_its_own_base() -> None:
    [item] = parse_feed(ATOM, BASE).items
    assert item.url == "https://paper.example/base/one"
    assert item.title == "A title"
    assert item.published == datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
    assert item.updated == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_rdf_is_read() -> None:
    [item] = parse_feed(RDF, BASE).items
    assert item.url == "https://paper.example/r"


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/j/1", "title": "One", "date_published": "2026-03-02T08:00:00+02:00"},
            {"id": "https://paper.example/j/2", "date_modified": "2026-03-02T08:00:00Z"},
            {"id": "3"},
            "nonsense",
        ],
    }
    found = parse_feed(json.dumps(feed).encode(), "https://paper.example/feed.json")
    assert [item.url for item in found.items] == [
        "https://paper.example/j/1",
        "https://paper.example/j/2",
        "https://paper.example/3",
    ]
    assert found.items[0].published == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    assert found.items[1].updated == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(b"<rss version='2.0'><channel><title>x</title></channel></rss>", BASE).items == ()


def test_a_feed_cut_off_in_the_middle_gives_what_came() -> None:
    assert len(parse_feed(RSS[:600], BASE).items) >= 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<!doctype html><html><head><title>Sign in</title></head><body><a href='/x'>x</a></body></html>", "html"),
        (b"just some words", "not a feed"),
        (b'{"error": "no"}', "json, but no feed"),
        (b'{"items": ', "broken json"),
        (b"[" * 100_000, "broken json"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a feed"),
    ],
)
def test_what_is_no_feed_is_said_to_be_what_it_is(body: bytes, what: str) -> None:
    with pytest.raises(NotAListing, match=what):
        parse_feed(body, BASE)


def test_no_external_entity_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    body = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e SYSTEM "file://{secret}">]>
    <rss version="2.0"><channel><item><title>&e;</title><link>https://paper.example/1</link></item></channel></rss>"""
    assert all("the secret" not in (item.title or "") for item in parse_feed(body.encode(), BASE).items)


def test_a_feed_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    real = tmp_path / "feed.xml"
    real.write_bytes(RSS)
    with pytest.raises(NotAListing):
        parse_feed(str(real).encode(), BASE)


def test_entities_that_multiply_do_not() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel>
    <item><title>&l9;</title><link>https://paper.example/1</link></item></channel></rss>"""
    with contextlib.suppress(NotAListing):
        assert all(len(item.title or "") <= 500 for item in parse_feed(body.encode(), BASE).items)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/x", "https://paper.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("  https://paper.example/x ", "https://paper.example/x"),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_only_http_addresses_are_links(link: object, expected: str | None) -> None:
    assert absolute(link, BASE) == expected


def test_titles_lose_their_markup_and_have_an_end() -> None:
    assert plain(" A <b>bold</b>\n &eacute;t&eacute; ") == "A bold été"
    assert plain("x" * 10_000) == "x" * 500
    assert plain("<img src=x>") is None
    assert plain(None) is None


def test_dates_without_a_zone_are_utc_and_impossible_ones_are_none() -> None:
    assert iso_moment("2026-03-02") == datetime(2026, 3, 2, tzinfo=UTC)
    assert iso_moment("2026-03-02T10:00:00+02:00") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert iso_moment("0001-01-01T00:00:00+14:00") is None
    assert iso_moment("yesterday") is None
    assert iso_moment(None) is None


def test_an_end_that_the_parser_takes_for_another_element_is_broken_xml() -> None:
    entry = b'<entry><media:player xmlns:media="http://search.yahoo.com/mrss/" url="https://n.example/" /></entry>'
    with pytest.raises(NotAListing, match="broken xml"):
        parse_feed(b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News<feed>' + entry, BASE)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_not_a_listing(body: bytes) -> None:
    with contextlib.suppress(NotAListing):
        assert all(item.url.startswith("http") for item in parse_feed(body, BASE).items)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><language>pt-BR</language><item><link>https://a.example/1</link></item></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="PT"><entry><link href="https://a.example/1"/></entry></feed>',
        b'{"version": "https://jsonfeed.org/version/1.1", "language": "pt-BR", "items": [{"url": "https://a.example/1"}]}',
        b'{"language": "en", "items": [{"url": "https://a.example/1", "language": "pt"}]}',
    ],
)
def test_the_language_that_a_feed_declares_goes_with_its_items(body: bytes) -> None:
    assert [item.language for item in parse_feed(body, BASE).items] == ["pt"]


@pytest.mark.parametrize("tag", ["", "english", "a", "<b>", "p" * 1000, "pt " + "x" * 90, None, 5])
def test_what_is_no_language_is_none(tag: object) -> None:
    assert plain_language(tag) is None
