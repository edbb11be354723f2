from datetime import UTC, datetime, timedelta

from lxml import etree

from services.web.addresses import article_path
from services.web.rights import granted
from services.web.settings import WebSettings
from shared import clock
from tests.services.web.articles import SEEN, article
from tests.services.web.shelf import Shelf, reader

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}


async def test_the_index_leads_to_every_article_of_the_archive() -> None:
    shown = [article("a"), article("b", seen=SEEN - timedelta(days=40))]
    async with reader(Shelf(shown)) as client:
        index = etree.fromstring((await client.get("/sitemap.xml")).content)
        found: set[str] = set()
        for place in index.findall("s:sitemap/s:loc", SPACES):
            answer = await client.get(place.text or "")
            assert answer.status_code == 200
            if "news" not in (place.text or ""):
                found |= {one.text or "" for one in etree.fromstring(answer.content).findall("s:url/s:loc", SPACES)}
    assert found == {"http://wire.test" + article_path(granted(one)) for one in shown}


async def test_the_news_sitemap_has_what_its_rules_demand() -> None:
    now = clock.now().replace(microsecond=0)
    shown = article("a", seen=now, english_title="A \x00 & B")
    async with reader(Shelf([shown, article("old", seen=now - timedelta(days=3))])) as client:
        tree = etree.fromstring((await client.get("/sitemaps/news.xml")).content)
    (url,) = tree.findall("s:url", SPACES)
    assert url.findtext("n:news/n:publication/n:name", None, SPACES) == "Babelwire"
    assert url.findtext("n:news/n:publication/n:language", None, SPACES) == "en"
    assert url.findtext("n:news/n:title", None, SPACES) == "A  & B"
    published = datetime.fromisoformat(url.findtext("n:news/n:publication_date", "", SPACES))
    assert published.astimezone(UTC) == shown.published_at


async def test_robots_txt_names_the_sitemap_only_where_the_site_may_be_indexed() -> None:
    for noindex in (True, False):
        async with reader(Shelf(), WebSettings(noindex=noindex)) as client:
            assert ("Sitemap: http://wire.test/sitemap.xml" in (await client.get("/robots.txt")).text) is not noindex


async def test_what_is_no_day_has_no_sitemap() -> None:
    async with reader(Shelf([article()])) as client:
        for name in ("2026-02-30.1", "2026-03-31.0", "2026-03-31.99", "2026-03-31.2", "x.1"):
            assert (await client.get(f"/sitemaps/{name}.xml")).status_code == 404
