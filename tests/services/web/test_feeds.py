from datetime import datetime

import feedparser
import pytest
from lxml import etree

from services.web.addresses import article_path
from services.web.rights import granted
from services.web.settings import WebSettings
from shared.events import TranslatedArticle, Trend
from shared.search.sources import Source
from shared.search.trends import Board
from tests.services.web.articles import SEEN, article
from tests.services.web.shelf import Shelf, reader

HOSTILE = "<b>1 & 2</b> ]]> \x00\x0b\ud83d\ufffe ünïcode \U0001f9a6"


async def feed(path: str, *articles: TranslatedArticle) -> feedparser.FeedParserDict:
    async with reader(Shelf(articles)) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    found = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize(("form", "version"), [("rss", "rss20"), ("atom", "atom10")])
async def test_a_feed_is_valid_and_leads_to_the_articles(form: str, version: str) -> None:
    shown = article()
    found = await feed(f"/feeds/all.{form}", shown, article("other", status="pending"))
    assert (found.version, found.feed.title) == (version, "Babelwire")
    first, second = found.entries
    assert first.title == "The lighthouse goes dark"
    assert first.link == "http://wire.test" + article_path(granted(shown))
    assert first.id == f"urn:babelwire:article:{shown.article_id}"
    assert first.published_parsed[:5] == (2026, 3, 31, 22, 0)
    assert first.summary == "The port stays closed until Tuesday."
    assert first.author == "Courrier des Quais"
    assert second.title == "Le phare s'éteint"


async def test_a_json_feed_has_what_its_version_demands() -> None:
    async with reader(Shelf([article()])) as client:
        answer = await client.get("/feeds/all.json")
    assert answer.headers["content-type"] == "application/feed+json"
    made = answer.json()
    assert made["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = made["items"]
    assert {"id", "url", "content_text", "date_published"} <= item.keys()
    assert item["external_url"] == article().url


async def test_a_section_has_its_own() -> None:
    found = await feed("/feeds/world.atom", article(), article("other", section="world"))
    assert found.feed.title == "Babelwire: World"
    assert len(found.entries) == 1


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_no_text_breaks_a_feed(form: str) -> None:
    hostile = article(english_title=HOSTILE.replace("\ud83d", ""), english_standfirst="\x01", source_name="a\x02b")
    found = await feed(f"/feeds/all.{form}", hostile)
    assert "1 & 2" in found.entries[0].title


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_an_empty_feed_is_valid_too(form: str) -> None:
    assert (await feed(f"/feeds/all.{form}")).entries == []


async def test_a_feed_changes_only_with_its_entries() -> None:
    async with reader(Shelf([article()])) as client:
        first, again = [await client.get("/feeds/all.rss") for _ in range(2)]
    assert first.headers["etag"] == again.headers["etag"]


SOURCE = Source(id="s1", name="Courrier <des> Quais", home_page="https://diario.test/")
TREND = Trend(trend_id="t1", term="Hermine Delattre", score=9, articles=1, sources=1, expected=0.5, at=SEEN)
NAMES = [
    "all", "local", "source/s1", "language/fr", "country/FR", "day/2026-03-31", "trend/t1", "search",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
async def test_every_stream_has_a_feed_in_every_form_and_its_page_names_it(name: str, form: str) -> None:
    store = Shelf([article(source_id="s1")], board=Board(at=SEEN, trends=(TREND,)), sources=[SOURCE])
    query = "?q=lighthouse" if name == "search" else ""
    async with reader(store) as client:
        answer = await client.get(f"/feeds/{name}.{form}{query}")
        assert answer.status_code == 200
        if form == "json":
            made = answer.json()
            rules(made)
            home, entries = made["home_page_url"], made["items"]
        else:
            found = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
            assert not found.bozo, found.get("bozo_exception")
            home, entries = found.feed.link, found.entries
        assert len(entries) == 1
        page = await client.get(home)
    assert page.status_code == 200
    address = f"/feeds/{name}.{form}{query}".replace("FR", "fr")
    assert f'href="{address}"' in page.text


def rules(made: dict[str, object]) -> None:
    """What JSON Feed 1.1 demands of a feed."""
    assert {"version", "title", "items"} <= made.keys()
    assert all(isinstance(made[key], str) for key in ("version", "title", "home_page_url", "feed_url", "description"))
    items = made["items"]
    assert isinstance(items, list)
    for item in items:
        assert isinstance(item["id"], str) and item["id"]
        assert isinstance(item["content_text"], str)
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert all(author.keys() & {"name", "url", "avatar"} for author in item.get("authors", ()))
        assert all(isinstance(tag, str) for tag in item["tags"])
    assert len({item["id"] for item in items}) == len(items)


@pytest.mark.parametrize(
    "path", ["none.rss", "all.xml", "day/2026-02-30.rss", "country/fra.rss", "source/x.rss", "trend/x.atom", "search.rss",
             "colour/red.rss", "language/" + "x" * 101 + ".json", "day/2026-03-31.xml"]
)  # fmt: skip
async def test_what_is_no_stream_has_no_feed(path: str) -> None:
    async with reader(Shelf([article()])) as client:
        assert (await client.get(f"/feeds/{path}")).status_code == 404


async def test_with_a_hub_every_form_names_it_and_without_none_does() -> None:
    hub = "https://hub.test/"
    for own, named in ((WebSettings(hub=hub), True), (WebSettings(), False)):
        async with reader(Shelf([article()]), own) as client:
            for form in ("rss", "atom", "json"):
                answer = await client.get(f"/feeds/all.{form}")
                assert (hub in answer.text) is named
                assert (f'<{hub}>; rel="hub"' in answer.headers.get("link", "")) is named


async def test_the_sources_are_listed_with_their_feeds_here() -> None:
    gone = Source(id="s2", name="Old", home_page="https://old.test/", active=False)
    async with reader(Shelf([article(source_id="s1")], sources=[SOURCE, gone])) as client:
        tree = etree.fromstring((await client.get("/feeds/sources.opml")).content)
        (outline,) = tree.findall("body/outline")
        assert (tree.get("version"), outline.get("text")) == ("2.0", SOURCE.name)
        assert outline.get("htmlUrl") == SOURCE.home_page
        assert (await client.get(outline.get("xmlUrl") or "")).status_code == 200


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_an_article_without_standfirst_and_source_name_is_an_entry_all_the_same(form: str) -> None:
    found = await feed(f"/feeds/all.{form}", article(english_standfirst=None, source_name=""))
    (entry,) = found.entries
    assert entry.title == "The lighthouse goes dark"
    assert "summary" not in entry


async def test_an_entry_in_a_language_that_cannot_be_told_says_none() -> None:
    async with reader(Shelf((article(status="pending", language="und"),))) as client:
        root = etree.fromstring((await client.get("/feeds/all.atom")).content)
    (entry,) = root.iter("{http://www.w3.org/2005/Atom}entry")
    assert "{http://www.w3.org/XML/1998/namespace}lang" not in entry.attrib
