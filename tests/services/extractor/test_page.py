from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.extractor.page import MOST_TEXT, extract_page
from shared.errors import Ended, State
from shared.events import Article
from shared.ids import article_id
from shared.search.sources import Source
from tests.services.extractor.pages import FETCHED, SENTENCES, URL, article, page

SOURCE = Source(
    id="s1",
    name="The Paper",
    home_page="https://paper.example/",
    country="pt",
    language="pt",
    rights="full",
    sections={"/politics": "local"},
)
HEAD = (
    '<link rel="canonical" href="https://paper.example/politics/bridge"><meta property="og:site_name" content="The Paper">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bridge opens after nine years","datePublished":'
    '"2026-03-09T08:00:00Z","dateModified":"2026-03-09T09:00:00Z","author":{"name":"Ana '
    'Silva"},"keywords":["Bridge"]}</script>'
)


def read(html: str, source: Source | None = None, **rules: object) -> Article:
    found = extract_page(page(html), source, **rules)  # type: ignore[arg-type]
    assert isinstance(found, Article), found
    return found


def test_an_article_carries_what_page_and_source_say() -> None:
    found = read(article(head=HEAD), SOURCE)
    assert found.url == URL
    assert found.canonical_url == "https://paper.example/politics/bridge"
    assert found.article_id == article_id(found.canonical_url)
    assert (found.title, found.authors, found.tags) == ("Bridge opens after nine years", ("Ana Silva",), ("Bridge",))
    assert (found.source_name, found.country, found.rights, found.section) == ("The Paper", "pt", "full", "local")
    assert (found.language, found.declared_languages) == ("en", {"page": "en", "source": "pt"})
    assert found.published_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert found.modified_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert found.word_count == sum(len(text.split()) for text in SENTENCES)
    assert (found.times.discovered, found.times.fetched) == (FETCHED, FETCHED)
    assert found.provenance["published_at"] == "json-ld"
    assert Article.model_validate_json(found.model_dump_json()) == found


def test_a_source_nobody_knows_gives_a_snippet() -> None:
    assert read(article()).rights == "snippet"


def test_the_hash_is_of_title_and_text_and_of_nothing_around_them() -> None:
    plain = read(article()).content_hash
    dressed = article(inside="<aside>Ad of the day</aside>", after="<p>42 readers now</p>").replace(
        "<p>The new", "<p>\n The&nbsp;<b>new</b>"
    )
    assert read(dressed).content_hash == plain
    assert read(article().replace("nine years of work", "ten years of work")).content_hash != plain
    assert read(article(title="Bridge opens at long last")).content_hash != plain


def test_the_same_page_twice_is_the_same_article() -> None:
    assert read(article(head=HEAD)) == read(article(head=HEAD))


@pytest.mark.parametrize(("days", "too_old"), [(5, True), (7, False), (None, False)])
def test_what_was_published_too_long_ago_ends(days: int | None, too_old: bool) -> None:
    html = article(head='<meta property="article:published_time" content="2026-03-04T10:00:00Z">')
    found = extract_page(page(html), None, max_age=timedelta(days=days) if days else None)
    assert (isinstance(found, Ended) and found.state is State.TOO_OLD) is too_old


def test_reserved_rights_end_the_page_unless_the_operator_says_otherwise() -> None:
    html = article(head='<meta name="tdm-reservation" content="1">')
    found = extract_page(page(html))
    assert isinstance(found, Ended)
    assert found.state is State.RIGHTS
    assert read(html, ignore_reservations=True).reservations == ("tdm-reservation: 1",)


@pytest.mark.parametrize("header", [{"x_robots_tag": "noai"}, {"tdm_reservation": "1"}])
def test_a_reservation_in_a_header_counts_too(header: dict[str, str]) -> None:
    found = extract_page(page(article(), **header))
    assert isinstance(found, Ended)
    assert found.state is State.RIGHTS


@pytest.mark.parametrize(
    ("more", "reserved"),
    [
        ({"reservations": ("ai.txt: disallow",)}, True),
        ({"reservations": ("tdmrep.json: tdm-reservation 1",)}, True),
        ({"reservations": ("tdmrep.json: tdm-reservation 1",), "tdm_reservation": "0"}, False),
        ({"reservations": ("ai.txt: disallow",), "tdm_reservation": "0"}, True),
    ],
)
def test_what_the_site_reserves_counts_but_the_pages_own_word_on_mining_comes_first(
    more: dict[str, Any], reserved: bool
) -> None:
    assert isinstance(extract_page(page(article(), **more)), Ended) is reserved


@pytest.mark.parametrize("body", [bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(range(1, 200)) * 9])
def test_an_image_declared_as_a_page_is_no_article(body: bytes) -> None:
    found = extract_page(page("").model_copy(update={"body": body}))
    assert isinstance(found, Ended)
    assert (found.state, found.reason) == (State.NOT_ARTICLE, "no document")


def test_noindex_is_no_reason_to_leave_an_article_out() -> None:
    read(article(head='<meta name="robots" content="noindex">'))


def test_a_very_long_text_is_cut_off_and_says_so() -> None:
    paragraphs = tuple(f"{n} {text} {text} {text} {text}" for n in range(200) for text in SENTENCES)
    found = read(article(paragraphs))
    assert found.truncated
    assert sum(len(block.text) for block in found.blocks) <= MOST_TEXT
    assert not read(article()).truncated


def test_wrong_charset_in_the_header_comes_out_right() -> None:
    html = article(tuple(text.replace("bridge", "Brücke – „Größe“") for text in SENTENCES))
    found = extract_page(page(html, content_type="text/html; charset=iso-8859-1"))
    assert isinstance(found, Article)
    assert "„Größe“" in found.blocks[0].text


@pytest.mark.parametrize("url", ["http://[", "https:///a", "ftp://paper.example/a"])
def test_a_page_from_no_address_ends_as_a_malformed_url(url: str) -> None:
    found = extract_page(page(article(), final_url=url))
    assert isinstance(found, Ended)
    assert (found.state, found.reason) == (State.NOT_ARTICLE, "malformed url")


def test_a_text_without_any_title_is_no_article() -> None:
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES * 3)
    found = extract_page(page(f"<html><body><article>{text}</article></body></html>"))
    assert isinstance(found, Ended)
    assert found.state is State.NOT_ARTICLE


def test_a_text_of_just_what_is_kept_is_whole_and_what_follows_it_is_left_out() -> None:
    half = (SENTENCES[0] + " ") * (MOST_TEXT // 2 // len(SENTENCES[0]))
    halves = tuple(f"{number}{half}"[: MOST_TEXT // 2 - 1] + "." for number in (1, 2))
    for more, truncated in (((), False), ((SENTENCES[1],), True)):
        found = extract_page(page(article((*halves, *more))))
        assert isinstance(found, Article)
        assert (sum(len(block.text) for block in found.blocks), len(found.blocks)) == (MOST_TEXT, 2)
        assert found.truncated is truncated
