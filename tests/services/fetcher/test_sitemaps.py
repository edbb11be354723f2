"""Sitemaps, news sitemaps and sitemap indexes."""

import contextlib
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.fetcher.feeds import FeedItem, NotAListing
from services.fetcher.sitemaps import SubSitemap, is_sitemap, parse_sitemap

BASE = "https://paper.example/sitemap.xml"

NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://paper.example/a?x=1&amp;y=2 </loc><lastmod>2026-03-02T10:00:00Z</lastmod>
 <image:image><image:loc>https://paper.example/a.jpg</image:loc><image:title>A picture</image:title></image:image>
 <news:news><news:publication><news:name>Paper</news:name><news:language>pt</news:language></news:publication>
 <news:publication_date>2026-03-02T09:00:00+01:00</news:publication_date><news:title>The title</news:title></news:news></url>
<url><loc>/b</loc><lastmod>2026-03-01</lastmod></url>
<url><lastmod>2026-03-01</lastmod></url>
</urlset>"""

INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://paper.example/s1.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>
<sitemap><loc>https://paper.example/s2.xml</loc></sitemap></sitemapindex>"""


def test_a_news_sitemap_gives_titles_and_dates_and_no_pictures() -> None:
    assert parse_sitemap(NEWS, BASE).items == (
        FeedItem(
            url="https://paper.example/a?x=1&y=2",
            title="The title",
            published=datetime(2026, 3, 2, 8, tzinfo=UTC),
            updated=datetime(2026, 3, 2, 10, tzinfo=UTC),
        ),
        FeedItem("https://paper.example/b", updated=datetime(2026, 3, 1, tzinfo=UTC)),
    )


def test_an_index_gives_its_sitemaps() -> None:
    assert parse_sitemap(INDEX, BASE).sitemaps == (
        SubSitemap("https://paper.example/s1.xml.gz", datetime(2026, 3, 1, tzinfo=UTC)),
        SubSitemap("https://paper.example/s2.xml"),
    )


def test_a_sitemap_is_known_by_its_root_with_or_without_a_prefix() -> None:
    assert is_sitemap(NEWS)
    assert is_sitemap(INDEX)
    assert is_sitemap(b"<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'>")
    assert not is_sitemap(b"<rss version='2.0'><channel/></rss>")


def test_a_sitemap_cut_off_gives_what_came() -> None:
    assert len(parse_sitemap(NEWS[:-150], BASE).items) >= 1


@pytest.mark.parametrize("body", [b"<urlset", b"no xml, but <urlset in it", b"<html><body>&lt;urlset <urlset></html>"])
def test_what_only_looks_like_one_is_none(body: bytes) -> None:
    with contextlib.suppress(NotAListing):
        assert parse_sitemap(body, BASE).items == ()


@pytest.mark.parametrize("body", [b"<!-- a -->\n<rdf:<!-- b -->", b"<urlset><x:/><url><a:/><loc>/a</loc></url></urlset>"])
def test_names_that_recovery_lets_pass_are_no_crash(body: bytes) -> None:
    with contextlib.suppress(NotAListing):
        assert [item.url for item in parse_sitemap(body, BASE).items] == ["https://paper.example/a"]


def test_no_entity_is_expanded_and_none_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<!DOCTYPE urlset [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY l0 "ha">{laughs}]>
    <urlset><url><loc>https://paper.example/&e;</loc></url><url><loc>https://paper.example/&l9;</loc></url></urlset>"""
    began = time.perf_counter()
    found = parse_sitemap(body.encode(), BASE)
    assert time.perf_counter() - began < 1
    assert all("secret" not in item.url and len(item.url) < 100 for item in found.items)


def test_fifty_thousand_urls_are_read_in_seconds() -> None:
    urls = "".join(f"<url><loc>https://paper.example/{n}</loc><lastmod>2026-03-01</lastmod></url>" for n in range(50_000))
    began = time.perf_counter()
    assert len(parse_sitemap(f"<urlset>{urls}</urlset>".encode(), BASE).items) == 50_000
    assert time.perf_counter() - began < 10
