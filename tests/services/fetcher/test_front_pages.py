"""Which links of a front page lead to articles."""

import pytest

from services.fetcher.feeds import FeedItem, NotAListing
from services.fetcher.front_pages import MOST_LINKS, is_article, parse_front_page
from shared.events import FetchRequest
from shared.search.sources import Feed
from tests.services.fetcher.desk import desk
from tests.shared.http.loopback import Reply

BASE = "https://paper.example/"
HEADLINE = "Dockers of the old port stop work for a night"


def links(html: str, content_type: str = "text/html") -> list[str]:
    return [item.url for item in parse_front_page(html.encode(), BASE, content_type)]


def linked(path: str, words: str = HEADLINE) -> str:
    return f'<a href="{path}">{words}</a>'


@pytest.mark.parametrize(
    "path",
    [
        "/dockers-of-the-old-port-stop-work",
        "/economia/estivadores_param_o_porto_velho.html",
        "/2026/03/02/ferry",
        "/news/20260302-ferry",
        "/a/4812344",
        "/view?id=4812344",
        "/wirtschaft/ferry-4812344.html",
        "/%D0%BF%D0%BE%D1%80%D1%82-%D0%BE%D0%BF%D1%8F%D1%82%D1%8C-%D0%BD%D0%B5-%D1%80%D0%B0%D0%B1%D0%BE%D1%82%D0%B0%D0%B5%D1%82",
    ],
)
def test_a_slug_a_date_or_a_number_under_a_headline_is_an_article(path: str) -> None:
    assert links(linked(path)) == [f"https://paper.example{path}"]


@pytest.mark.parametrize(
    "path", ["/", "/politics", "/tag/port", "/author/ines-falcao", "/about-us", "/photo-of-the-old-port-again.jpg", "#top"]
)
def test_sections_tags_files_and_the_page_itself_are_none(path: str) -> None:
    assert links(linked(path)) == []


def test_a_short_label_is_none_unless_it_is_a_heading() -> None:
    assert links(linked("/a/4812344", "More")) == []
    assert links(f"<h2>{linked('/a/4812344', 'Strike ends')}</h2>") == ["https://paper.example/a/4812344"]


def test_in_scripts_of_few_characters_few_are_a_headline() -> None:
    assert links(linked("/a/4812344", "港口工人罢工一夜之后复工")) == ["https://paper.example/a/4812344"]


def test_what_stands_in_navigation_or_footer_is_not_taken() -> None:
    assert links(f"<nav>{linked('/a/4812344')}</nav><footer>{linked('/a/4812345')}</footer>") == []


def test_each_is_taken_once_in_the_pages_order_and_no_more_than_are_bearable() -> None:
    again = linked("/a/90001") + linked("/a/90000") + linked("/a/90001#comments")
    assert links(again) == ["https://paper.example/a/90001", "https://paper.example/a/90000"]
    assert len(links("".join(linked(f"/a/{90000 + n}") for n in range(1000)))) == MOST_LINKS


@pytest.mark.parametrize("body", [b"", b"   ", b"<!-- -->"])
def test_nothing_is_no_page(body: bytes) -> None:
    with pytest.raises(NotAListing, match="no page"):
        parse_front_page(body, BASE)


@pytest.mark.parametrize("body", [b"\x00\x01 news", b"<a href='http://[::1/x'>" + HEADLINE.encode()])
def test_odd_pages_have_no_articles(body: bytes) -> None:
    assert parse_front_page(body, BASE) == ()


def test_a_malformed_address_is_no_article() -> None:
    assert not is_article("https://[broken", long=True, in_heading=True)


async def test_a_poll_of_a_front_page_asks_for_its_articles() -> None:
    async with desk() as at:
        front = Feed(url=f"{at.paper.origin}/", kind="page")
        at.sources.sources["s"] = at.source.model_copy(update={"feeds": (front,)})
        at.paper.routes["/"] = Reply(200, (linked("/a/90001") + linked("/politics")).encode(), {"Content-Type": "text/html"})
        [found] = await at.process(at.poll("/", kind="page"))
        assert isinstance(found, FetchRequest)
        assert (found.kind, found.url, found.title) == ("article", f"{at.paper.origin}/a/90001", None)
        assert at.sources.polls[-1][1].result == "new"
    assert parse_front_page(linked("/a/90001").encode(), BASE) == (FeedItem("https://paper.example/a/90001"),)
