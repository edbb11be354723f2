import json

import pytest

from services.extractor.authors import choose
from services.extractor.declared import declared
from services.extractor.markup import parse
from tests.services.extractor.pages import document


def authors(body: str = "", head: str = "") -> tuple[str, ...]:
    tree = parse(document(body, head))
    return choose(tree, declared(tree), ["The Paper"])[0]


def ld(author: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "author": author})}</script>'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"@type": "Person", "name": "Ana Silva"}, ("Ana Silva",)),
        ([{"name": "Ana Silva"}, {"name": "Rui Costa"}], ("Ana Silva", "Rui Costa")),
        ({"name": ["Ana Silva", "Rui Costa"]}, ("Ana Silva", "Rui Costa")),
        ("By Ana Silva and Rui Costa", ("Ana Silva", "Rui Costa")),
        ("Von Eva Groß, Jan Bär", ("Eva Groß", "Jan Bär")),
        ([{"name": "The Paper"}, {"name": "Ana Silva"}], ("Ana Silva",)),
        ({"name": "The Paper"}, ("The Paper",)),
        ({"name": "https://www.facebook.com/paper"}, ()),
        ({"name": "Ana Silva (ana@paper.example)"}, ("Ana Silva",)),
        ("admin", ()),
        ([None, 3, {"name": None}], ()),
    ],
)
def test_structured_names(given: object, expected: tuple[str, ...]) -> None:
    assert authors(head=ld(given)) == expected


def test_a_meta_element_where_nothing_is_structured() -> None:
    assert authors(head='<meta name="author" content="Ana Silva">') == ("Ana Silva",)


def test_the_byline_where_nothing_is_declared() -> None:
    assert authors('<p class="byline">By <a href="/ana">Ana Silva</a></p>') == ("Ana Silva",)
    assert authors('<span itemprop="author"><span itemprop="name">Ana Silva</span>, Lisbon</span>') == ("Ana Silva",)


def test_a_person_in_the_byline_is_named_before_the_publisher_that_is_declared() -> None:
    organization = ld({"@type": "Organization", "name": "Press Agency"})
    assert authors('<p class="byline">By Ana Silva</p>', organization) == ("Ana Silva",)
    assert authors('<p class="byline">All our editions</p>', organization) == ("Press Agency",)


def test_all_authors_that_the_page_marks_alike_are_named() -> None:
    body = '<div><span itemprop="author">Ana Silva</span><span itemprop="author">Rui Costa</span></div>'
    other = '<div class="teaser"><span itemprop="author">Eva Bär</span></div>'
    assert authors(body + other) == ("Ana Silva", "Rui Costa")


def test_a_word_glued_to_a_name_is_taken_off() -> None:
    assert authors('<div class="byline"><span>By</span><a href="/ana">Ana Silva</a></div>') == ("Ana Silva",)


def test_a_house_gives_way_to_the_writer_whose_own_page_is_linked_below_the_headline() -> None:
    head = ld({"@type": "Organization", "name": "The Paper"})
    named = '<h1>Bridge opens</h1><div class="meta">by <a href="/authors/name/ana-silva">Dr. Ana Silva</a></div><p>Text.</p>'
    assert authors(named, head) == ("Dr. Ana Silva",)
    assert authors('<a href="/authors/ana-silva">Ana Silva</a><h1>Bridge opens</h1><p>Text.</p>', head) == ("The Paper",)
    assert authors('<h1>Bridge opens</h1><a href="/sport/ana-silva">Ana Silva</a>', head) == ("The Paper",)


def test_the_writers_that_the_page_links_complete_the_one_that_is_declared() -> None:
    links = '<div><a href="/team/ana-silva">Ana Silva</a>, <a href="/team/rui-costa">Rui Costa</a></div>'
    assert authors(f"<h1>A bridge opens</h1>{links}", ld({"name": "Ana Silva"})) == ("Ana Silva", "Rui Costa")
    assert authors(f"<h1>A bridge opens</h1>{links}", ld({"name": "Eva Bär"})) == ("Eva Bär",)


def test_who_is_said_to_have_written_it_comes_before_the_account_it_was_typed_into() -> None:
    said = '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Ana Silva">'
    assert authors(head=ld({"name": "Desk Editor"}) + said) == ("Ana Silva",)
    assert authors(head=ld([{"name": "Ana Silva"}, {"name": "Rui Costa"}]) + said) == ("Ana Silva", "Rui Costa")
    minutes = '<meta name="twitter:label1" content="Est. reading time"><meta name="twitter:data1" content="9 minutes">'
    assert authors(head=ld({"name": "Ana Silva"}) + minutes) == ("Ana Silva",)


def test_an_office_is_no_author_beside_a_person() -> None:
    office = "Professor of Bridges at the University of Lisbon"
    assert authors(head=ld([{"name": "Ana Silva"}, {"name": office}])) == ("Ana Silva",)
    assert authors(head=ld({"name": office})) == (office,)


def test_a_byline_that_says_more_gives_the_name_in_an_element_of_its_own() -> None:
    byline = "<li class='authors__item'><span>by</span> <b>Ana Silva</b> <span>3 May, 15:36</span> <span>3 min</span></li>"
    assert authors(f"<ul>{byline}</ul>") == ("Ana Silva",)


def test_a_labelled_name_and_a_signature_come_before_the_house() -> None:
    house = '<meta name="author" content="Press House">'
    assert authors("<ul><li><strong>Autorin/Autor</strong> Ana Silva</li></ul>", house) == ("Ana Silva",)
    signed = '<p>The bridge opened.</p><p style="text-align: right"><strong>Ana Silva</strong></p>'
    assert authors(signed, ld({"@type": "Organization", "name": "Press House"})) == ("Ana Silva",)
    quoted = '<p style="text-align:right">All that we had hoped for.</p>'
    assert authors(quoted, ld({"@type": "Organization", "name": "Press House"})) == ("Press House",)


def test_who_answers_for_a_chinese_article_is_named_where_nobody_else_is() -> None:
    assert authors("<div>（责编：牛镛、岳弘彬）</div>") == ("牛镛", "岳弘彬")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("<strong>Author:</strong> Ana Silva", ("Ana Silva",)),
        ("<dl><dt>Author:</dt><dd>Ana Silva</dd></dl>", ("Ana Silva",)),
        ("<strong>Author:</strong>", ()),
        (f"<strong>Author:</strong> {'long ' * 100}", ()),
    ],
)
def test_what_follows_a_label_is_a_name_unless_there_is_none(shown: str, expected: tuple[str, ...]) -> None:
    assert authors(f"<h1>Bridge reopens</h1><div>{shown}</div>") == expected


def test_links_to_writers_pages_count_only_where_they_stand_together() -> None:
    near = '<p><a href="/author/ana-silva">Ana Silva</a></p><div><a href="/author/rui-costa">Rui Costa</a></div>'
    assert authors(f"<h1>Bridge reopens</h1>{near}") == ("Ana Silva",)


def test_a_name_in_a_script_without_capitals_is_a_name() -> None:
    assert authors('<h1>Bridge</h1><span class="author">王小明</span>') == ("王小明",)
