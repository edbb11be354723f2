"""`babelwire sources add URL` against a small site on loopback."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.discovery import feeds, news_sitemaps
from services.extractor.markup import parse
from tests.console.commands import AWAY, babelwire

RSS = '<rss version="2.0"><channel><title>t</title><item><link>/a</link></item></channel></rss>'
FRONT = """<html lang="pt-BR"><head><meta property="og:site_name" content="Folha da Vila">
<link rel="alternate" type="application/rss+xml" href="/rss">
<link rel="alternate" type="application/atom+xml" href="/gone">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/rss/comments">
<link rel="alternate" hreflang="en" href="/en"></head><body>news</body></html>"""
PAGES = {
    "/": FRONT,
    "/rss": RSS,
    "/bare": "<html><body>no feed is named here</body></html>",
    "/robots.txt": "Sitemap: /archive.xml\nsitemap: {origin}/sitemap-news.xml\n",
    "/sitemap-news.xml": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{origin}/a</loc></url></urlset>',
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        body = (page or "").replace("{origin}", f"http://{self.headers['Host']}").encode()
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def added(site: str, path: str) -> tuple[int, list[str], str]:
    """The exit status, the feeds, and what was said."""
    environment = AWAY | {"BABELWIRE_FETCHER_ALLOW_PRIVATE": site.removeprefix("http://")}
    result = babelwire("sources", "add", site + path, "--dry-run", env=environment)
    return result.exit_code, result.stdout.splitlines(), result.stderr


def test_the_feeds_that_a_home_page_names_and_that_work_are_found(site: str) -> None:
    status, found, said = added(site, "/")
    assert (status, found) == (0, [f"{site}/rss"])
    assert said.startswith(f"Folha da Vila, {site}/, pt, ")


def test_a_feed_itself_can_be_added_and_takes_its_name_from_the_home_page(site: str) -> None:
    status, found, said = added(site, "/rss")
    assert (status, found) == (0, [f"{site}/rss"])
    assert said.startswith("Folha da Vila, ")


def test_without_feeds_the_news_sitemaps_of_robots_txt_are_taken(site: str) -> None:
    assert added(site, "/bare")[:2] == (0, [f"{site}/sitemap-news.xml"])


def test_an_address_without_a_page_is_refused_in_one_line(site: str) -> None:
    assert added(site, "/nothing") == (1, [], f"babelwire: {site}/nothing cannot be had: http 404\n")


def test_a_private_address_is_refused_with_the_setting_that_allows_it(site: str) -> None:
    result = babelwire("sources", "add", site)
    assert result.exit_code == 1
    assert "BABELWIRE_FETCHER_ALLOW_PRIVATE" in result.stderr


def test_feeds_of_comments_and_other_alternates_are_not_taken() -> None:
    assert feeds(parse(FRONT), "http://a.example/x/") == ("http://a.example/rss", "http://a.example/gone")


def test_only_news_sitemaps_are_taken_from_robots_txt() -> None:
    assert news_sitemaps("User-agent: *\nSitemap: http://a/all.xml\nSITEMAP:http://a/news.xml\n") == ("http://a/news.xml",)
