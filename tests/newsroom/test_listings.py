"""Feeds, sitemaps, robots.txt: as a crawler reads them."""

from calendar import timegm
from datetime import UTC, datetime

import feedparser
import httpx
import pytest

from newsroom.newsroom import Newsroom
from newsroom.outlets import Listing, Outlet, read_outlets
from newsroom.press import LAST_ROUND
from services.fetcher.feeds import NotAListing
from services.fetcher.listings import parse_listing
from services.fetcher.robots import parse
from shared.ids import url_id
from tests.newsroom.conftest import FIRST_PORT

OUTLETS = read_outlets()
LISTED = [
    (FIRST_PORT + position, outlet, feed)
    for position, outlet in enumerate(OUTLETS)
    for feed in outlet.feeds
    if feed.kind != "html"
]
LIMIT = 10 * 1024 * 1024


def named(value: object) -> str:
    return value.id if isinstance(value, Outlet) else value.path if isinstance(value, Listing) else str(value)


def of(truth: dict[str, str], port: int) -> set[str]:
    return {url for url in truth if f":{port}/" in url}


@pytest.mark.parametrize(("port", "outlet", "feed"), LISTED, ids=named)
async def test_a_listing_lists_exactly_what_the_newsroom_says_it_published(
    port: int, outlet: Outlet, feed: Listing, fresh: Newsroom, asking: httpx.AsyncClient
) -> None:
    for _ in range(LAST_ROUND + 1):
        answer = await asking.get(f"http://127.0.0.1:{port}{feed.path}")
        listing = parse_listing(answer.content, str(answer.url), answer.headers["content-type"], LIMIT)
        assert {item.url for item in listing.items} == of(fresh.truth(), port)
        assert all(item.title and item.published for item in listing.items)
        fresh.timeline.advance()


@pytest.mark.parametrize(("port", "outlet", "feed"), [each for each in LISTED if each[2].kind != "news-sitemap"], ids=named)
async def test_a_feed_is_well_formed_and_gives_title_author_and_date(
    port: int, outlet: Outlet, feed: Listing, complete: Newsroom, asking_complete: httpx.AsyncClient
) -> None:
    answer = await asking_complete.get(f"http://127.0.0.1:{port}{feed.path}")
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == {"rss": "rss20", "atom": "atom10"}[feed.kind]
    stories = {s.url: s for e in complete.editions if e.outlet.id == outlet.id for s in e.stories()}
    assert len(parsed.entries) == len(stories)
    for entry in parsed.entries:
        story = stories[entry.link]
        assert entry.title == story.article.title
        assert entry.id == story.url
        assert datetime.fromtimestamp(timegm(entry.published_parsed), UTC) == story.published
        if story.article.authors:
            credited = " ".join(author.get("name", "") for author in entry.authors)
            assert all(author in credited for author in story.article.authors)


async def test_a_sitemap_has_the_same_addresses_as_the_feed_beside_it(asking_complete: httpx.AsyncClient) -> None:
    outlet = next(outlet for outlet in OUTLETS if len({feed.kind for feed in outlet.feeds} & {"rss", "news-sitemap"}) == 2)
    port = FIRST_PORT + OUTLETS.index(outlet)
    found = []
    for feed in outlet.feeds:
        answer = await asking_complete.get(f"http://127.0.0.1:{port}{feed.path}")
        listing = parse_listing(answer.content, str(answer.url), answer.headers["content-type"], LIMIT)
        found.append({url_id(item.url) for item in listing.items})
    assert found[0] == found[1]


async def test_who_has_the_present_version_is_told_so_until_something_comes_out(
    fresh: Newsroom, asking: httpx.AsyncClient
) -> None:
    url = f"http://127.0.0.1:{FIRST_PORT}{OUTLETS[0].feeds[0].path}"
    first = await asking.get(url)
    same = {"if-none-match": first.headers["etag"], "if-modified-since": first.headers["last-modified"]}
    for conditions in (same, {"if-modified-since": same["if-modified-since"]}):
        answer = await asking.get(url, headers=conditions)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == first.headers["etag"]
    while not fresh.timeline.done:
        fresh.timeline.advance()
    for conditions in (same, {"if-modified-since": same["if-modified-since"]}):
        assert (await asking.get(url, headers=conditions)).status_code == 200


async def test_the_correction_is_seen_in_its_round_in_feed_and_page(fresh: Newsroom, asking: httpx.AsyncClient) -> None:
    edition = fresh.editions[0]
    feed = f"{edition.origin}{edition.outlet.feeds[0].path}"

    async def stamps() -> dict[str, datetime | None]:
        answer = await asking.get(feed)
        listing = parse_listing(answer.content, feed, answer.headers["content-type"], LIMIT)
        return {item.url: item.updated for item in listing.items}

    while fresh.timeline.round < LAST_ROUND - 1:
        fresh.timeline.advance()
    before = await stamps()
    fresh.timeline.advance()
    after = await stamps()
    changed = [url for url in before if after[url] != before[url]]
    story = next(story for story in edition.stories() if story.modified)
    assert changed == [story.url]
    assert after[story.url] == fresh.timeline.began(LAST_ROUND)
    page = (await asking.get(story.url)).text
    assert story.note is not None and story.note in page
    assert story.stamp.isoformat() in page
    assert story.article.correction is not None
    for old, _ in story.article.correction.changes:
        assert old not in page.replace(story.note, "")


async def test_the_feed_that_is_html_is_none(asking: httpx.AsyncClient) -> None:
    position, outlet = next((n, one) for n, one in enumerate(OUTLETS) if one.id == "o-contratempo")
    feed = next(feed for feed in outlet.feeds if feed.kind == "html")
    answer = await asking.get(f"http://127.0.0.1:{FIRST_PORT + position}{feed.path}")
    with pytest.raises(NotAListing):
        parse_listing(answer.content, str(answer.url), answer.headers["content-type"], LIMIT)


async def test_robots_txt_allows_everything_listed_but_what_must_end_disallowed(
    complete: Newsroom, asking_complete: httpx.AsyncClient
) -> None:
    truth = complete.truth()
    for port in complete.sites:
        robots = parse((await asking_complete.get(f"http://127.0.0.1:{port}/robots.txt")).text)
        assert robots.crawl_delay("Babelwire") == 0
        for url in of(truth, port):
            assert robots.allows(url, "Babelwire") is (truth[url] != "disallowed")
