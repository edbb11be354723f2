from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, page

LEAD = "After nine years and three plans the town has its bridge, but the bill is not yet paid."


def read(html: str) -> Article:
    found = extract_page(page(html))
    assert isinstance(found, Article), found
    return found


def described(text: str) -> str:
    return f'<meta property="og:description" content="{text}">'


def test_a_description_that_the_page_shows_is_the_standfirst() -> None:
    found = read(article(before=f"<h2>{LEAD}</h2>", head=described(LEAD)))
    assert found.standfirst == LEAD
    assert found.provenance["standfirst"] == "og"
    assert [block.text for block in found.blocks] == list(SENTENCES)


def test_the_shown_one_is_taken_whole_where_the_description_is_cut_off() -> None:
    assert read(article(before=f"<div>{LEAD}</div>", head=described(LEAD[:60] + "…"))).standfirst == LEAD


def test_a_description_that_no_reader_sees_is_none() -> None:
    assert (
        read(article(head=described("Everything about bridges, rivers and towns in our great special edition."))).standfirst
        is None
    )


def test_a_block_named_so_between_headline_and_text_is_one() -> None:
    found = read(article(before=f'<p class="article__standfirst">{LEAD}</p>'))
    assert (found.standfirst, found.provenance["standfirst"]) == (LEAD, "page")


def test_the_first_paragraph_is_not_doubled_when_it_is_the_description() -> None:
    found = read(article((LEAD, *SENTENCES), head=described(LEAD)))
    assert [found.standfirst, *(block.text for block in found.blocks)] == [LEAD, *SENTENCES]
