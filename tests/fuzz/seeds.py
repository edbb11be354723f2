"""Bytes that look like what the web sends: saved feeds and pages where they lie beside the checkout, and damaged ones."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

SHARED = Path(__file__).resolve().parents[3] / "shared"
MOST_FILES, LARGEST = 400, 40_000  # of each kind; larger ones make few examples a second
BUILT_IN = {
    "feeds": (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>a</title>'
        b"<link>https://news.test/a</link><pubDate>Tue, 10 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>",
        b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://news.test/a","date_published":"2026-03-10"}]}',
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://news.test/a</loc>'
        b"<lastmod>2026-03-10T10:00:00Z</lastmod></url></urlset>",
        b"<sitemapindex><sitemap><loc>https://news.test/s.xml</loc></sitemap></sitemapindex>",
    ),
    "pages": (
        b'<html lang="pt"><head><meta charset="utf-8"><title>t</title></head><body><article><h1>Ol\xc3\xa1</h1><p>Um '
        b'<a href="/a">elo</a> e <em>outro</em>.</p><ul><li>a<li>b</ul><table><tr><td>1</table></article></body></html>',
    ),
}
TOKENS = (
    b"<", b">", b"</", b"<![CDATA[", b"<!--", b"&", b"&#0;", b"&#xD800;", b"&#55357;&#56832;", b"&#x110000;",
    b"<p>", b"<a href='", b'<a href="//[">',
    b"<table>",     b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\r\n", b'"', b"'", b"{",
    b"[[", b"\\ud800", b"1e999", b"NaN", b"-1", b"9" * 30, b"0001-01-01T00:00:00+23:59",
    b"9999-12-31T23:59:59-23:59", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"javascript:", b"data:,", b"http://[::1",
    b"https://\xe2\x84\xa1.test/", b"%", b"%00", b"<div>" * 300, b" " * 2_000,
)  # fmt: skip


@cache
def saved(kind: str) -> tuple[bytes, ...]:
    """Bodies of `feeds` or `pages`."""
    folder = SHARED / "corpus" / ("feeds" if kind == "feeds" else "dev")
    suffixes = (".xml", ".rss", ".atom", ".json") if kind == "feeds" else (".html", ".htm")
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in suffixes and path.is_file())
    small = [path.read_bytes() for path in found if path.stat().st_size <= LARGEST]
    return BUILT_IN[kind] + tuple(small[:: max(1, len(small) // MOST_FILES)])


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """A saved body with some of it cut out, doubled, overwritten, or mixed with another's."""
    body = draw(st.sampled_from(saved(kind)))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 400)))
        new = draw(
            st.one_of(
                st.just(b""),
                st.just(body[start:end] * 3),
                st.sampled_from(TOKENS),
                st.binary(max_size=20),
                st.just(draw(st.sampled_from(saved(kind)))[start : start + 200]),
            )
        )
        body = body[:start] + new + body[end:]
    return body
