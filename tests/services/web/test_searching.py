from lxml import html

from services.web.searching import facets
from shared.search.sources import Source
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf, reader

SOURCES = [Source(id="s1", name="Courrier", home_page="https://diario.test/")]


async def test_a_search_is_narrowed_and_widened_again_by_links() -> None:
    shown = [article("a", source_id="s1"), article("b", section="world", language="pt", country="pt")]
    store = Shelf(shown, sources=SOURCES)
    async with reader(store) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/search?q=lighthouse&order=newest")).text)
        titles = [one.text for one in page.xpath("//nav[@aria-label='Narrow the search']//h2")]
        assert titles == ["Section", "Language", "Source", "Country"]
        assert "Courrier" in page.text_content()
        (world,) = page.xpath("//nav[@aria-label='Narrow the search']//a[normalize-space()='World']/@href")
        assert world == "/search?q=lighthouse&order=newest&section=world"
        narrowed: html.HtmlElement = html.document_fromstring((await client.get(world)).text)
        assert len(narrowed.xpath("//article")) == 1
        (back,) = narrowed.xpath("//a[@aria-current='true']/@href")
        assert back == "/search?q=lighthouse&order=newest"
    assert (store.asked[-1].section, store.asked[-1].newest) == ("world", True)


async def test_a_search_reads_only_the_sources_that_it_names() -> None:
    class Many(Shelf):
        async def sources(self) -> list[Source]:
            raise AssertionError("there may be 200,000")

    store = Many([article("a", source_id="s1"), article("b", source_id="s2")], sources=SOURCES)
    async with reader(store) as client:
        for asked in ("/search?q=lighthouse", "/search?q=lighthouse&source=s1"):
            page: html.HtmlElement = html.document_fromstring((await client.get(asked)).text)
            assert page.xpath("//nav[@id='facets']//*[text()='Courrier']"), asked


def test_what_leaves_no_choice_is_not_offered() -> None:
    assert facets({"section": {"world": 3}, "language": {}}, {"q": "x"}, {}) == ()


async def test_the_pages_of_a_narrowed_search_stay_narrow() -> None:
    store = Shelf([article(f"a{number}") for number in range(40)])
    async with reader(store) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/search?q=lighthouse&section=local")).text)
        (following,) = page.xpath("//a[@rel='next']/@href")
    assert following == "?q=lighthouse&section=local&page=2"


async def test_who_finds_nothing_is_led_to_a_spelling_that_finds_something() -> None:
    store = Shelf()
    store.meant = "lighthouse <b>"
    async with reader(store) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/search?q=lihgthouse&section=local")).text)
        (link,) = page.xpath("//main//p[starts-with(., 'Did you mean')]/a")
        assert (link.text_content(), link.get("href")) == ("lighthouse <b>", "/search?q=lighthouse+%3Cb%3E&section=local")
        assert (await client.get("/api/v1/search?q=lihgthouse")).json()["meant"] == "lighthouse <b>"


async def test_a_filter_that_cannot_be_meant_is_refused() -> None:
    async with reader(Shelf()) as client:
        for query in ("section=x", "day=x", "country=xyz", "language=" + "x" * 101, "order=worst"):
            assert (await client.get(f"/search?q=x&{query}")).status_code == 400, query
