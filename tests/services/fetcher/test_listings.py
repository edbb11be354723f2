"""A poll's body, whatever it turns out to be."""

import gzip
import io
import json
import time
import warnings
from pathlib import Path

import feedparser
import pytest

from services.fetcher.feeds import NotAListing
from services.fetcher.listings import parse_listing
from tests.services.fetcher.test_feeds import RSS
from tests.services.fetcher.test_sitemaps import INDEX, NEWS

MIB = 1024 * 1024
ODD_FEEDS = Path(__file__).parents[4] / "shared" / "corpus" / "feeds"
BASE = "https://paper.example/x"


def test_the_content_decides_what_it_is() -> None:
    assert len(parse_listing(RSS, BASE, "text/html", MIB).items) == 3
    assert len(parse_listing(NEWS, BASE, "application/rss+xml", MIB).items) == 2
    assert len(parse_listing(INDEX, BASE, "", MIB).sitemaps) == 2


def test_a_compressed_sitemap_is_expanded_once_and_within_the_limit() -> None:
    assert len(parse_listing(gzip.compress(NEWS), f"{BASE}.gz", "application/gzip", MIB).items) == 2
    with pytest.raises(NotAListing, match="too large"):
        parse_listing(gzip.compress(b" " * MIB * 2), BASE, "", MIB)
    with pytest.raises(NotAListing, match="truncated"):
        parse_listing(gzip.compress(NEWS)[:-20], BASE, "", MIB)
    with pytest.raises(NotAListing, match="broken"):
        parse_listing(b"\x1f\x8bnonsense", BASE, "", MIB)


@pytest.mark.parametrize("body", [b"", b"  \n "])
def test_an_empty_body_is_nothing(body: bytes) -> None:
    with pytest.raises(NotAListing, match="empty"):
        parse_listing(body, BASE, "", MIB)


def odd_feeds() -> list[str]:
    manifest = ODD_FEEDS / "manifest.jsonl"
    if not manifest.exists():
        return []
    return [json.loads(line)["file"] for line in manifest.read_text().splitlines()]


@pytest.mark.skipif(not odd_feeds(), reason="no ../shared/corpus/feeds beside the checkout")
def test_every_odd_feed_ends_well_within_a_second_and_gives_no_fewer_items_than_feedparser() -> None:
    slow, fewer = [], []
    for name in odd_feeds():
        body = (ODD_FEEDS / name).read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = len(feedparser.parse(io.BytesIO(body)).entries)
        began = time.perf_counter()
        try:
            listing = parse_listing(body, BASE, "", 10 * MIB)
            found = len(listing.items) + listing.linkless
        except NotAListing:
            found = 0
        if time.perf_counter() - began > 1:
            slow.append(name)
        if found < expected:
            fewer.append((name, expected, found))
    assert slow == []
    assert fewer == []
