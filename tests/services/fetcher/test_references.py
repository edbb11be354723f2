"""References to what is no character."""

import pytest

from services.fetcher.feeds import NotAListing, parse_feed
from services.fetcher.references import mended
from services.fetcher.sitemaps import parse_sitemap

BASE = "https://paper.example/"
NO_CHARACTERS = ["&#xD800;", "&#56832;", "&#0;", "&#x1F;", "&#xFFFE;", "&#x110000;", "&#99999999999;", f"&#{'9' * 5_000};"]


@pytest.mark.parametrize("reference", NO_CHARACTERS)
def test_a_reference_to_no_character_costs_that_character_and_not_the_feed(reference: str) -> None:
    body = (
        f"<rss xmlns:a='{reference}'><channel><item><title>An {reference} egg</title><link>/a</link></item></channel></rss>"
    )
    (item,) = parse_feed(body.encode(), BASE).items
    assert (item.url, item.title) == (BASE + "a", "An \ufffd egg")


@pytest.mark.parametrize("reference", NO_CHARACTERS)
def test_nor_the_sitemap(reference: str) -> None:
    body = (
        f"<urlset xmlns='{reference}http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<url><loc>/a</loc><title>An {reference} egg</title></url><url><loc>/{reference}b</loc></url></urlset>"
    )
    first, second = parse_sitemap(body.encode(), BASE).items
    assert (first.url, first.title) == (BASE + "a", "An \ufffd egg")
    assert second.url == BASE + "\ufffdb"


@pytest.mark.parametrize("reference", ["&#55357;&#56832;", "&#xD83D;&#xde00;", "&#55357&#x0DE00;"])
def test_an_emoji_in_two_halves_is_that_emoji(reference: str) -> None:
    body = f"<rss><channel><item><title>Well {reference}!</title><link>/a</link></item></channel></rss>"
    assert parse_feed(body.encode(), BASE).items[0].title == "Well 😀!"


def test_references_to_characters_stay_as_they_are() -> None:
    body = b"&#9;&#xa;&#13;&#32;&#233;&#xE9&#x1F600;&#x10FFFF;&#xFFFD; &#; &#x; &#-5; &#xg; &amp;"
    assert mended(body) == body


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_in_an_encoding_that_hides_them_they_end_in_a_named_state(encoding: str) -> None:
    body = f"<?xml version='1.0' encoding='{encoding}'?><rss><channel><item><title>&#xD800;</title><link>/a</link></item>"
    try:
        assert [item.title for item in parse_feed(body.encode(encoding), BASE).items] == ["\ufffd"]
    except NotAListing as error:
        assert encoding == "utf-16"
        assert str(error) == "broken xml"  # noqa: PT017
