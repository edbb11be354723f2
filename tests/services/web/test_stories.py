from datetime import timedelta

import feedparser
from lxml import html

from services.web import stories
from services.web.addresses import article_path
from services.web.cards import Card, card
from services.web.rights import granted
from services.web.store import Found
from shared import clock
from tests.services.web.articles import SEEN, article, story
from tests.services.web.shelf import Shelf, reader

HOUR = timedelta(hours=1)
HERE = article("here", source_id="s1", source_name="Courrier")
LATER = article("later", source_id="s2", source_name="Diario", language="pt", seen=SEEN + HOUR, english_title="Dark pier")
COPY = article("copy", source_id="s3", source_name="Bote", seen=SEEN + 2 * HOUR, english_title="Dark pier again")
NEXT = article("next", source_id="s1", source_name="Courrier", seen=SEEN + 30 * HOUR, english_title="The light is back")
OTHER = article("other", english_title="Something else")
MEMBERS = (HERE, LATER, COPY, NEXT)
STORY = story("st1", *MEMBERS)


def shelf() -> Shelf:
    return Shelf([NEXT, COPY, LATER, HERE, OTHER], stories=[STORY], copies={COPY.article_id: LATER.article_id})


def test_what_readers_may_like_is_not_the_same_story_and_not_all_of_one_source() -> None:
    same = [Found(granted(one)) for one in MEMBERS]
    others = [Found(granted(article(f"o{n}", source_id="s1" if n < 4 else f"s{n}"))) for n in range(6)]
    liked = stories.beyond([*same, *others], STORY, 3)
    assert [one.article.article_id for one in liked] == [others[n].article.article_id for n in (0, 1, 4)]
    assert len(stories.beyond(same, None, 9)) == 4


def test_of_another_story_readers_get_one_article() -> None:
    stories_told = enumerate(("a", "b", "a", None, None))
    found = [Found(granted(article(f"o{n}", source_id=f"s{n}")), story_id=told) for n, told in stories_told]
    assert stories.beyond(found, STORY, 9) == [found[0], found[1], found[3], found[4]]


async def test_an_article_names_the_story_it_belongs_to_and_who_else_tells_it() -> None:
    async with reader(shelf()) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get(article_path(granted(HERE)))).text)
        (told,) = page.xpath("//section[@class='told']")
        links = told.xpath(".//li/a/@href")
        assert links == [article_path(granted(one)) for one in (NEXT, COPY, LATER)]
        assert "Portuguese" in told.text_content()
        assert "3 sources, 2 languages" in told.text_content()
        alone = (await client.get(article_path(granted(OTHER)))).text
    assert 'class="told"' not in alone


async def test_a_story_is_told_from_its_beginning_with_copies_beside_their_text() -> None:
    async with reader(shelf()) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/story/st1")).text)
    titles = [one.text_content() for one in page.xpath("//article//h3")]
    assert titles == ["The lighthouse goes dark", "Dark pier", "The light is back"]
    (copies,) = page.xpath("//p[@class='copies']/a")
    assert (copies.get("href"), copies.text_content()) == (article_path(granted(COPY)), "Bote")
    assert len(page.xpath("//div[contains(@class, 'timeline')]/h2")) == 2
    assert "French, Portuguese" in page.text_content()


async def test_a_story_has_feeds_and_a_place_in_the_api() -> None:
    async with reader(shelf()) as client:
        for form in ("rss", "atom"):
            assert len(feedparser.parse((await client.get(f"/feeds/story/st1.{form}")).content).entries) == 4
        whole = (await client.get("/api/v1/stories/st1")).json()
        assert {one["copy_of"] for one in whole["members"]} == {None, LATER.article_id}
        for path in ("/story/none", "/feeds/story/none.rss", "/api/v1/stories/none"):
            assert (await client.get(path)).status_code == 404


async def test_what_many_tell_leads_the_front_page() -> None:
    now = clock.now()
    store = Shelf([OTHER, HERE, LATER], stories=[story("st1", HERE, LATER, last=now)])
    async with reader(store) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/")).text)
    (lead,) = page.xpath("//article[contains(@class, 'lead')]")
    assert lead.xpath(".//h2/a/@href") == [article_path(granted(LATER))]
    assert lead.xpath(".//p[@class='told-line']/a/@href") == ["/story/st1"]
    assert page.text_content().count("Dark pier") == 1


def test_more_sources_lead_and_so_do_later_ones() -> None:
    old = story("old", HERE, LATER, COPY, last=SEEN - 24 * HOUR)
    few = story("few", HERE, last=SEEN)
    many = story("many", HERE, LATER, last=SEEN)
    assert [one.story_id for one in stories.ranked([old, few, many], SEEN)] == ["many", "few", "old"]


def test_whoever_stands_for_a_story_can_be_read() -> None:
    def one(slug: str, **more: object) -> Card:
        return card(Found(granted(article(slug, **more))))  # type: ignore[arg-type]

    new = one("new", seen=SEEN + HOUR, rights="link")
    foreign = one("foreign", seen=SEEN + HOUR, status="pending")
    plain = one("plain")
    assert stories.face([new, foreign, plain]) == plain
    assert stories.face([foreign]) == foreign
    assert stories.face([]) is None
