"""Hundreds of odd feeds that other readers of feeds keep as their tests (../shared/corpus/feeds, other people's)."""

import asyncio
import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest

from services.fetcher.feeds import NotAListing
from services.fetcher.listings import Listing, parse_listing
from shared.http.client import MIB

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "feeds"
BASE = "http://odd-feeds.test/odd/1.xml"
SECONDS = 1.0
TYPES = {"rss": "application/rss+xml", "feed": "application/atom+xml", "html": "text/html"}
ENDS = {"items", "no link", "no entry", "not a feed", "html", "broken json", "json, but no feed", "broken xml", "empty"}

corpus = pytest.mark.skipif(not FOLDER.exists(), reason="the odd feeds (../shared/corpus/feeds) are not here")


def files() -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes, content type."""
    for line in (FOLDER / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        kind = "application/json" if row["file"].endswith(".json") else TYPES.get(row.get("root", ""), "application/xml")
        yield row["file"], (FOLDER / row["file"]).read_bytes(), kind


def expected(body: bytes) -> int:
    """The entries with an address to follow that feedparser sees."""
    entries = feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE}).entries
    return sum(
        any(_leads(link) for link in (e.get("link"), *(one.get("href") for one in e.get("links", ())))) for e in entries
    )


def _leads(link: str | None) -> bool:
    with suppress(ValueError):
        return bool(link) and urljoin(BASE, link).startswith(("http://", "https://"))
    return False


@corpus
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_odd_feed_gives_its_items_or_a_reason_within_a_second() -> None:
    ends: Counter[str] = Counter()
    for name, body, kind in files():
        started = time.perf_counter()
        try:
            listing = parse_listing(body, BASE, kind, 10 * MIB)
        except NotAListing as error:
            ends[str(error)] += 1
            listing = Listing()
        else:
            ends["items" if listing.items or listing.sitemaps else "no link" if listing.linkless else "no entry"] += 1
        assert time.perf_counter() - started < SECONDS, name
        assert len(listing.items) >= expected(body), name
    print(dict(ends))
    assert sum(ends.values()) == 437
    assert ends.keys() <= ENDS


EXTERNAL = [
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]><rss version="2.0"><channel><item><title>&x;</title>'
    "<link>http://a.example/1</link></item></channel></rss>",
    '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{url}"><rss version="2.0"><channel><item><link>http://a.example/1</link>'
    "</item></channel></rss>",
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % x SYSTEM "{url}"> %x;]><feed xmlns="http://www.w3.org/2005/Atom"><entry>'
    '<title>a</title><link href="http://a.example/1"/></entry></feed>',
    '<?xml version="1.0"?><!DOCTYPE u [<!ENTITY x SYSTEM "{url}">]><urlset><url><loc>&x;</loc></url></urlset>',
    '<?xml version="1.0"?><urlset xmlns:xi="http://www.w3.org/2001/XInclude"><url><loc><xi:include href="{url}" '
    'parse="text"/></loc></url></urlset>',
]  # fmt: skip


@pytest.mark.parametrize("body", EXTERNAL)
async def test_no_external_entity_is_read(body: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("http://a.example/secret")
    asked: list[bytes] = []

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(tell, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for url in (secret.as_uri(), f"http://127.0.0.1:{port}/secret"):
            with suppress(NotAListing):
                listing = await asyncio.to_thread(parse_listing, body.format(url=url).encode(), BASE, "", 10 * MIB)
                assert not any("secret" in f"{item.url} {item.title}" for item in listing.items)
    assert asked == []
