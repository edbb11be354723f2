import feedparser
import pytest

from services.web.addresses import article_path
from services.web.rights import granted
from shared.events import TranslatedArticle
from tests.services.web.articles import article
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
