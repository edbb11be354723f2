import re
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from services.web.addresses import article_path
from services.web.rights import granted
from services.web.settings import WebSettings
from services.web.store import Hour, Withdrawn
from shared import clock, ids
from shared.events import Block, Span, TranslatedArticle, Trend
from shared.search.sources import Feed, Source
from shared.search.trends import Board
from tests.services.web.articles import ENGLISH, ORIGINAL, SEEN, article, story
from tests.services.web.shelf import Shelf, reader

BLOCK_ELEMENTS = ("p", "h2", "h3", "h4", "blockquote", "ul", "li", "table", "tr", "pre", "div")


async def page(shown: TranslatedArticle, *others: TranslatedArticle, query: str = "") -> html.HtmlElement:
    async with reader(Shelf([shown, *others])) as client:
        answer = await client.get(article_path(granted(shown)) + query)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def text(element: html.HtmlElement, selector: str) -> str:
    return " ".join(" ".join(found.text_content().split()) for found in element.xpath(selector))


def blocks(shown: html.HtmlElement, side: str, path: str) -> list[html.HtmlElement]:
    """What `path` leads to within the text's passages on that side."""
    found: list[html.HtmlElement] = shown.xpath(f"{classed('text')}/div[@class!='pair heads']/div[@class='{side}']{path}")
    return found


def classed(name: str) -> str:
    return f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"


async def test_an_article_has_as_many_blocks_as_its_publisher_gave_it_however_many_quotes_stand_inside() -> None:
    shown = await page(article())
    places = {"paragraph": "/p", "heading": "/h2", "quote": "/blockquote", "list_item": "/ul/li", "table_row": "//tr"}
    for side, written in (("english", ENGLISH), ("original", ORIGINAL)):
        for kind, path in places.items():
            expected = [block.text.replace(" | ", "") for block in written if block.kind == kind]
            assert [found.text_content() for found in blocks(shown, side, path)] == expected, (side, kind)
        assert len(blocks(shown, side, "/*[not(self::ul)]")) + len(blocks(shown, side, "/ul/li")) == len(written)


async def test_inline_markup_stands_inside_its_paragraph() -> None:
    shown = await page(article())
    first, last = blocks(shown, "english", "/p")
    assert [em.text for em in first.findall("em")] == ["We saw the light", "then nothing"]
    assert last.find("a").get("href") == "https://diario.test/more"
    for paragraph in shown.xpath("//div[@class='text two']//p"):
        assert not [child for child in paragraph.iter() if child is not paragraph and child.tag in BLOCK_ELEMENTS]


async def test_the_head_says_what_and_whose_and_when() -> None:
    shown = await page(article())
    head = shown.xpath(classed("story-head"))[0]
    assert head.findtext(".//h1") == "The lighthouse goes dark"
    assert text(head, ".//p[@class='kicker']/*[1]") == "Local"
    assert {"Courrier des Quais", "France", "French"} <= {one.text_content() for one in head.xpath("./p[@class='kicker']/*")}
    assert text(head, ".//p[@class='standfirst']") == "The port stays closed until Tuesday."
    assert text(head, ".//p[@class='byline']") == "By Hermine Delattre, Abel Trindade"
    published = head.xpath(".//time")[0]
    assert (published.get("datetime"), published.text) == ("2026-03-31T22:00:00Z", "31 March 2026, 22:00 UTC")
    assert head.xpath(".//p[@class='source']/a/@href") == ["https://diario.test/phare"]
    assert "Corrected" not in head.text_content()
    assert "test engine 1" in text(shown, classed("notice"))
    assert shown.xpath("//link[@rel='canonical']/@href") == ["https://diario.test/phare"]
    assert shown.xpath("//a[@href='/day/2026-03-31']")[0].text == "All news articles on 31 March 2026"


async def test_a_correction_says_so() -> None:
    shown = await page(article(revision=2, modified_at=SEEN))
    assert "Corrected: revision 2" in text(shown, classed("story-head"))
    assert "Updated 31 March 2026, 22:30 UTC" in text(shown, classed("story-head"))


@pytest.mark.parametrize(
    ("query", "checked"), [("", "read-english"), ("?read=both", "read-both"), ("?read=original", "read-original")]
)
async def test_the_original_is_one_switch_away_and_an_address_can_ask_for_it(query: str, checked: str) -> None:
    shown = await page(article(), query=query)
    assert shown.xpath("//input[@checked]/@id") == [checked]
    assert text(shown, classed("original-title")) == "Le phare s'éteint"


async def test_each_version_knows_its_language_and_direction() -> None:
    arabic = article(language="ar", title="مذنب", blocks=(Block(kind="paragraph", text="مذنب جديد"),), english=ENGLISH[:1])
    shown = await page(arabic)
    (english,), (original,) = (blocks(shown, side, "/p") for side in ("english", "original"))
    assert (english.get("lang"), english.get("dir")) == ("en", "ltr")
    assert (original.get("lang"), original.get("dir")) == ("ar", "rtl")


async def test_of_a_text_that_waits_the_headline_is_english_and_the_page_says_so() -> None:
    whole = article()
    waits = whole.model_copy(update={"translation": whole.translation.model_copy(update={"body_waits": True})})
    shown = await page(waits)
    assert "Only the headline is translated yet." in text(shown, classed("notice"))
    assert shown.xpath("//h1/@lang") == ["en"]
    assert not shown.xpath("//fieldset")
    assert not shown.xpath("//div[@class='english']")
    assert blocks(shown, "original", "/p")


async def test_a_pending_article_is_shown_as_it_was_written_and_says_so() -> None:
    shown = await page(article(status="pending"))
    assert "Not translated yet." in text(shown, classed("notice"))
    assert shown.xpath("//h1/@lang") == ["fr"]
    assert not shown.xpath("//fieldset")
    assert not shown.xpath("//div[@class='english']")
    assert len(blocks(shown, "original", "/p")) == 2


@pytest.mark.parametrize(("quality", "told"), [(1.0, "all of it"), (0.999, "99% of it"), (0.75, "75% of it")])
async def test_how_much_of_a_translation_passed_the_checks_is_told(quality: float, told: str) -> None:
    whole = article()
    shown = await page(whole.model_copy(update={"translation": whole.translation.model_copy(update={"quality": quality})}))
    assert f"{told} passed every check" in text(shown, classed("notice"))


async def test_an_english_article_has_nothing_beside_it() -> None:
    shown = await page(article(status="passed_through"))
    assert "nothing was translated" in text(shown, classed("notice"))
    assert not shown.xpath("//fieldset")
    assert not shown.xpath("//div[@class='original']")


async def test_what_was_left_in_the_original_is_marked() -> None:
    left = ENGLISH[0].model_copy(update={"text": QUOTE, "spans": (), "lang": "fr"})
    shown = await page(article(status="partial", english=(left, *ENGLISH[1:])))
    assert shown.xpath("//p[@data-untranslated]/@lang") == ["fr"]
    assert "Parts stand in French" in text(shown, classed("notice"))


QUOTE = "« On a vu la lumière »"


async def test_a_snippet_shows_the_standfirst_and_no_more() -> None:
    shown = await page(article(rights="snippet"))
    assert "The port stays closed" in shown.text_content()
    assert "We saw the light" not in shown.text_content()
    assert "On a vu" not in shown.text_content()
    assert "phare.jpg" not in html.tostring(shown).decode()
    assert shown.xpath("//a[@class='go']/@href") == ["https://diario.test/phare"]


async def test_a_link_shows_the_title_and_no_more_anywhere() -> None:
    only = article(rights="link")
    async with reader(Shelf([only])) as client:
        for path in (article_path(granted(only)), "/", "/latest", "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json",
                     "/api/v1/articles", f"/api/v1/articles/{only.article_id}"):  # fmt: skip
            answer = (await client.get(path)).text
            assert "The lighthouse goes dark" in answer
            for withheld in ("The port stays closed", "Le port reste", "Hermine", "saw the light", "phare.jpg"):
                assert withheld not in answer, (path, withheld)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e{{7*7}}"
NASTY = HOSTILE.replace("/", "")  # as an id, which is one part of a path


async def test_nothing_that_a_publisher_writes_becomes_markup() -> None:
    text = (
        Block(
            kind="paragraph",
            text=HOSTILE,
            spans=(
                Span(start=0, end=9, kind="link", href="javascript:alert(1)"),
                Span(start=-5, end=9_999, kind="emphasis"),
            ),
        ),
    )
    hostile = article(
        title=HOSTILE, english_title=HOSTILE, standfirst=HOSTILE, english_standfirst=HOSTILE, blocks=text, english=text,
        authors=(HOSTILE,), source_name=HOSTILE, country=HOSTILE, language=HOSTILE, tags=(HOSTILE,), url_id="x",
        canonical_url="javascript:alert(1)", url="javascript:alert(1)",
        image={"url": "javascript:alert(1)", "caption": HOSTILE, "credit": HOSTILE},
    )  # fmt: skip
    trend = Trend(trend_id="t1", term=HOSTILE, score=9, articles=3, sources=2, expected=0.5, at=SEEN, languages=(HOSTILE,))
    silent = Feed(url="javascript:alert(1)", last_polled_at=SEEN, last_result=HOSTILE, failures=9)
    told = story("st1", hostile, article("other", source_id=NASTY), last=clock.now(), title=HOSTILE)
    store = Shelf(
        [hostile, article("other", source_id=NASTY)],
        board=Board(at=SEEN, trends=(trend,)),
        sources=[Source(id=NASTY, name=HOSTILE, home_page="javascript:alert(1)", country=HOSTILE, feeds=(silent,))],
        pulse=(Hour(SEEN, 1, 1),),
        stories=[told],
    )
    async with reader(store) as client:
        for path in (
            article_path(granted(hostile)),
            "/",
            "/latest",
            "/local/",
            f"/search?q={HOSTILE}",
            "/search?q=" + quote(HOSTILE) + "&source=" + quote(HOSTILE[:90]),
            "/country/fr",
            "/source/" + quote(NASTY, safe=""),
            "/trends",
            "/trend/t1",
            "/story/st1",
            "/status",
            f"/report/{ids.shortid(hostile.article_id)}",
        ):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            shown: html.HtmlElement = html.document_fromstring(answer.text)
            assert not shown.xpath("//script | //img | //@onerror | //@style")
            assert not [href for href in shown.xpath("//@href | //@src") if "script:" in href]
            assert "{{7*7}}" in answer.text or "49" not in shown.text_content()


async def test_a_title_of_a_megabyte_is_cut() -> None:
    endless = article(english_title="A" * 1_000_000)
    async with reader(Shelf([endless])) as client:
        for path in ("/", article_path(granted(endless))):
            answer = await client.get(path)
            assert (answer.status_code, len(answer.content) < 60_000) == (200, True)


async def test_an_old_or_mistyped_address_leads_to_the_article() -> None:
    shown = article()
    shortid = ids.shortid(shown.article_id)
    async with reader(Shelf([shown])) as client:
        for path in (f"/world/2026-03-31-the-lighthouse-goes-dark.{shortid}.html", f"/local/2020-01-01-.{shortid}.html"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (301, article_path(granted(shown)))
            asked = await client.get(path + "?read=both")
            assert asked.headers["location"] == article_path(granted(shown)) + "?read=both"


async def test_what_is_not_there_is_not_found() -> None:
    async with reader(Shelf([article()])) as client:
        for path in (
            "/local/2026-03-31-x.aaaaaaaaaaaaa.html", "/local/x.html", "/nothing/", "/nothing", "/day/2026-02-30",
            "/day/today", "/latest?page=0", "/latest?page=x", "/latest?page=2", "/latest?page=99999999", "/trend/x",
            "/source/x", "/feeds/none.rss", "/feeds/all.exe", "/static/../settings.py", "/wp-login.php",
        ):  # fmt: skip
            answer = await client.get(path)
            assert answer.status_code == 404, path
            assert answer.headers["cache-control"] == "no-store"
            if not path.startswith("/static"):
                assert "There is no such page" in answer.text


@pytest.mark.parametrize(("taken_down", "says"), [(True, "taken down"), (False, "publisher has withdrawn")])
@pytest.mark.parametrize("indexed", [True, False], ids=["there still", "a tombstone"])
async def test_what_was_withdrawn_is_gone_and_says_why(taken_down: bool, says: str, indexed: bool) -> None:
    shown = article()
    shortid = ids.shortid(shown.article_id)
    store = Shelf([shown] if indexed else [], withdrawn={shortid: Withdrawn(taken_down, shown.url)})
    async with reader(store) as client:
        for path in (article_path(granted(shown)), f"/local/2026-03-31-x.{shortid}.html"):
            answer = await client.get(path)
            assert (answer.status_code, says in answer.text) == (410, True)
        assert (await client.get(f"/api/v1/articles/{shortid}")).status_code == 410


async def test_every_answer_keeps_the_reader_safe() -> None:
    async with reader(Shelf([article()])) as client:
        for path in (
            "/",
            article_path(granted(article())),
            "/nothing",
            "/feeds/all.rss",
            "/api/v1/articles",
            "/static/style.css",
        ):
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "script-src" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-robots-tag"] == "noindex"
            assert "set-cookie" not in headers


async def test_a_page_is_asked_for_again_by_its_etag() -> None:
    async with reader(Shelf([article()])) as client:
        for path in ("/about", "/api/v1/articles", "/feeds/all.atom"):
            first = await client.get(path)
            again = await client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b"")
            assert "max-age=30" in again.headers["cache-control"]


async def test_search_engines_may_be_let_in() -> None:
    async with reader(Shelf(), WebSettings(noindex=False)) as client:
        answer = await client.get("/")
    assert "x-robots-tag" not in answer.headers
    assert "noindex" not in answer.text


async def test_pages_load_nothing_from_elsewhere() -> None:
    async with reader(Shelf([article()])) as client:
        for path in ("/", article_path(granted(article())), "/search", "/about"):
            shown: html.HtmlElement = html.document_fromstring((await client.get(path)).text)
            loaded = shown.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src | //form/@action")
            assert loaded
            assert all(re.match(r"/[^/]", address) for address in loaded)


async def test_a_source_says_who_it_is() -> None:
    source = Source(
        id=article().source_id, name="Courrier", home_page="https://diario.test/", country="fr", rights="snippet"
    )
    async with reader(Shelf([article()], sources=[source])) as client:
        answer = await client.get(f"/source/{source.id}")
    assert "Courrier" in answer.text
    assert "title, standfirst and a link" in answer.text


async def test_a_trend_shows_its_evidence() -> None:
    trend = Trend(trend_id="t1", term="Lighthouse", score=9, articles=3, sources=2, expected=0.5, languages=("fr",), at=SEEN)
    store = Shelf([article()], board=Board(at=SEEN, trends=(trend,)))
    async with reader(store) as client:
        assert 'href="/trend/t1"' in (await client.get("/trends")).text
        answer = await client.get("/trend/t1")
    assert "3 articles of 2 sources" in answer.text
    assert "The lighthouse goes dark" in answer.text
    assert store.asked[-1].term == "Lighthouse"


async def test_an_empty_site_says_so() -> None:
    async with reader(Shelf()) as client:
        for path in ("/", "/latest", "/trends", "/search?q=x", "/day/2026-03-31"):
            assert (await client.get(path)).status_code == 200


async def test_our_own_fault_is_an_honest_page_with_all_its_headers() -> None:
    class Broken(Shelf):
        async def listing(self, *_: object) -> None:  # type: ignore[override]
            raise RuntimeError("a defect")

    async with reader(Broken()) as client:
        answer: httpx.Response = await client.get("/")
        assert (answer.status_code, "our fault" in answer.text) == (500, True)
        assert "a defect" not in answer.text
        assert "content-security-policy" in answer.headers
        assert (await client.get("/api/v1/articles")).headers["content-type"] == "application/problem+json"
