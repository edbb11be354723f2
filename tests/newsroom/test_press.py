"""What is written down can be published: allowed markup, links that lead somewhere, faults told by name."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from newsroom.newsroom import Newsroom
from newsroom.outlets import Addresses, Outlet, read_outlets
from newsroom.press import Article, BadPress, read_press
from newsroom.timeline import Timeline

OUTLETS = read_outlets()
ARTICLES = read_press(OUTLETS)
PATHS = {(article.outlet, article.path) for article in ARTICLES}
MARKUP = {"p", "h2", "h3", "blockquote", "ul", "ol", "li", "em", "i", "strong", "b", "q", "a", "code"}
ENTRY = """
[event]
name = "e"
[[articles]]
outlet = "harbour-post"
slug = "a-slug"
round = 0
section = "world"
title = "T"
body = "<p>B</p>"
"""


def reading(folder: Path, text: str) -> list[Article]:
    (folder / "01-e.toml").write_text(text, encoding="utf-8")
    return read_press(OUTLETS, [folder])


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_bodies_keep_to_the_allowed_markup_and_link_to_reserved_names_or_articles(outlet: Outlet) -> None:
    for article in (one for one in ARTICLES if one.outlet == outlet.id and one.behaviour != "listing"):
        body = html.fragment_fromstring(article.body, create_parent="div")
        assert {element.tag for element in body.iterdescendants()} <= MARKUP, article.slug
        for link in body.iter("a"):
            parts = urlsplit(link.get("href"))
            reserved = parts.scheme == "https" and parts.netloc in ("www.example.org", "example.org", "www.example.com")
            assert reserved or (outlet.id, link.get("href")) in PATHS, (article.slug, link.get("href"))


def test_one_article_is_corrected_and_the_words_it_changes_are_there() -> None:
    (corrected,) = (article for article in ARTICLES if article.correction)
    assert (corrected.outlet, corrected.event) == ("diario-do-atlantico", "harbour-strike")
    assert corrected.correction is not None
    for old, new in corrected.correction.changes:
        before = f"{corrected.title} {corrected.standfirst} {corrected.body}"
        after = corrected.at(corrected.correction.round)
        assert old in before
        assert new in f"{after.title} {after.standfirst} {after.body}"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('outlet = "harbour-post"', 'outlet = "nowhere"', "no such outlet"),
        ('section = "world"', 'section = "mundo"', "no such section"),
        ("round = 0", "round = 4", "no such round"),
        ('title = "T"\n', "", "01-e.toml"),
        ('title = "T"', "title = T", "01-e.toml"),
        ('title = "T"', 'titel = "T"', "01-e.toml"),
        ('title = "T"', 'title = "T"\ncopy_of = "b"', "copy of nothing"),
    ],
)
def test_a_fault_is_told_with_the_name_of_the_article_or_file(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert len(reading(tmp_path, ENTRY)) == 1
    with pytest.raises(BadPress, match=fault):
        reading(tmp_path, ENTRY.replace(old, new))


def test_a_misbehaviour_nobody_knows_is_told_at_the_start(tmp_path: Path) -> None:
    articles = reading(tmp_path, ENTRY.replace('title = "T"', 'title = "T"\nbehaviour = "sulks"'))
    with pytest.raises(BadPress, match="no such behaviour"):
        Newsroom(OUTLETS, articles, Timeline(), Addresses.of(OUTLETS, 8401))
