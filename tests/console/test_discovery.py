"""`babelwire sources add URL` against a small site on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.discovery import feeds, sitemaps
from services.extractor.markup import parse
from tests.console.commands import AWAY, babelwire

RSS = '<rss version="2.0"><channel><title>t</title><item><link>/a</link></item></channel></rss>'
FRONT = """<html lang="pt-BR"><head><meta property="og:site_name" content="Folha da Vila">
<link rel="alternate" type="application/rss+xml" href="/rss">
<link rel="alternate" type="application/atom+xml" href="/gone">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/rss/comments">
<link rel="alternate" hreflang="en" href="/en"></head><body>news</body></html>"""
TEASER = '<h3><a href="/2026/03/{n}-the-ferry-comes-back-to-the-port">The ferry comes back, number {n}</a></h3>'
LAST_RESORT = f"""<html lang="fr"><title>Quai</title><body><nav><a href="/politique">Politique</a></nav>
{"".join(TEASER.format(n=n) for n in range(8))}
<a href="/tag/port">All about the port and its many ferries</a></body></html>"""
USUAL = {"/": "<html lang='de'><title>Wind</title>", "/feed.xml": RSS, "/rss/": RSS}
PAGES = {
    "/": FRONT,
    "/rss": RSS,
    "/bare": "<html><body>no feed is named here</body></html>",
    "/robots.txt": "Sitemap: /archive.xml\nsitemap: {origin}/sitemap-news.xml\n",
    "/sitemap-news.xml": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{origin}/a</loc></url></urlset>',
}


class Site(BaseHTTPRequestHandler):
    pages = PAGES
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        page = self.pages.get(self.path)
        body = (page or "").replace("{origin}", f"http://{self.headers['Host']}").encode()
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@contextmanager
def serving(pages: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The site's address, and what is asked of it."""
    asked: list[str] = []
    handler = type("Handler", (Site,), {"pages": pages, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[str]:
    with serving(PAGES) as (origin, _):
        yield origin


def added(site: str, path: str) -> tuple[int, list[str], str]:
    """The exit status, the feeds, and what was said."""
    environment = AWAY | {
        "BABELWIRE_FETCHER_ALLOW_PRIVATE": site.removeprefix("http://"),
        "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": "0",
    }
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


def test_a_feed_that_nobody_names_is_found_in_a_usual_place_and_one_is_enough() -> None:
    with serving(USUAL) as (site, asked):
        status, found, said = added(site, "/")
    assert (status, found) == (0, [f"{site}/feed.xml"])
    assert "feeds: not named anywhere, but in a usual place" in said
    assert "/rss/" not in asked


def test_what_robots_txt_forbids_is_not_tried() -> None:
    with serving(USUAL | {"/robots.txt": "User-agent: *\nDisallow: /feed"}) as (site, asked):
        assert added(site, "/")[:2] == (0, [f"{site}/rss/"])
    assert not [path for path in asked if path.startswith("/feed")]


def test_without_feed_and_sitemap_the_front_page_is_read_for_its_links() -> None:
    with serving({"/": LAST_RESORT}) as (site, _):
        status, found, said = added(site, "/")
    assert (status, found) == (0, [f"{site}/"])
    assert "front page: neither feed nor sitemap: the page's own links, 8 of them now" in said


def test_a_page_that_leads_nowhere_is_refused() -> None:
    with serving({"/": "<html><body>a parked domain</body></html>"}) as (site, _):
        status, found, said = added(site, "/")
    assert (status, found) == (1, [])
    assert "has neither feed nor sitemap" in said
    assert said.count("\n") == 1


def test_an_address_without_a_page_is_refused_in_one_line(site: str) -> None:
    assert added(site, "/nothing") == (1, [], f"babelwire: {site}/nothing cannot be had: http 404\n")


def test_a_private_address_is_refused_with_the_setting_that_allows_it(site: str) -> None:
    result = babelwire("sources", "add", site)
    assert result.exit_code == 1
    assert "BABELWIRE_FETCHER_ALLOW_PRIVATE" in result.stderr


def test_feeds_of_comments_and_other_alternates_are_not_taken() -> None:
    assert feeds(parse(FRONT), "http://a.example/x/") == ("http://a.example/rss", "http://a.example/gone")


def test_the_sitemaps_that_robots_txt_names_are_known() -> None:
    text = "User-agent: *\nSitemap: http://a/all.xml\nSITEMAP:http://a/news.xml\n"
    assert sitemaps(text) == ("http://a/all.xml", "http://a/news.xml")


def test_the_news_sitemap_comes_before_the_one_of_the_archive() -> None:
    urlset = PAGES["/sitemap-news.xml"]
    pages = {"/": "<html>", "/robots.txt": PAGES["/robots.txt"], "/archive.xml": urlset, "/sitemap-news.xml": urlset}
    with serving(pages) as (site, asked):
        assert added(site, "/")[:2] == (0, [f"{site}/sitemap-news.xml"])
    assert "/archive.xml" not in asked
