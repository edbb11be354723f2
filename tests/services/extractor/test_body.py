"""What belongs to the text and what does not, over the whole path, on pages of a kind each."""

import pytest

from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, page

OTHER = "Council argues about the new parking rules for another week"


def texts(html: str) -> list[str]:
    found = extract_page(page(html))
    assert isinstance(found, Article), found
    return [block.text for block in found.blocks]


def test_the_text_is_the_text_and_nothing_else() -> None:
    assert texts(article()) == list(SENTENCES)


@pytest.mark.parametrize(
    "box",
    [
        f'<aside><h3>Related</h3><ul><li><a href="/1">{OTHER}</a></li></ul></aside>',
        f'<div class="related-articles"><p>{OTHER}, which nobody had expected after the vote in the spring.</p></div>',
        '<div class="newsletter-signup"><p>Get the best of our reporting by mail, every morning, free of charge '
        "and with no strings.</p></div>",
        f'<p>Read also: <a href="/1">{OTHER}</a></p>',
        f'<p><a href="/1">{OTHER}</a></p>',
        f'<p><strong><a href="/1">{OTHER}</a></strong></p>',
        '<figure><img src="/a.jpg"><figcaption>The bridge, seen from the old harbour on the day it was '
        "opened</figcaption></figure>",
        '<div class="cookie-banner"><p>We use cookies and similar techniques to improve your experience on our '
        "site.</p></div>",
        '<div style="display: none"><p>This paragraph is for other screens and must not be read by anybody at '
        "all.</p></div>",
    ],
)
@pytest.mark.parametrize("where", ["inside", "after"])
def test_boxes_and_promotional_lines_are_left_out(box: str, where: str) -> None:
    page = article(inside=box) if where == "inside" else article(after=box)
    assert texts(page) == list(SENTENCES)


def test_comments_are_left_out() -> None:
    comments = '<section id="comments"><h2>Comments</h2>' + "".join(
        f'<div class="comment"><p>{n}: I have waited for this bridge for all my life and I am glad to see it.</p></div>'
        for n in range(20)
    )
    assert texts(article(after=comments + "</section>")) == list(SENTENCES)


def test_sub_heads_lists_and_quotes_stay() -> None:
    inside = (
        "<h2>A long wait</h2><p>It began with a plan that nobody believed in, and with a loan that the town "
        "could not afford.</p>"
        "<ul><li>The first plan was made in 2011</li><li>The second came after the flood</li></ul>"
        "<blockquote><p>We were told that it could not be done, and then we did it.</p></blockquote>"
    )
    found = extract_page(page(article(inside=inside)))
    assert isinstance(found, Article)
    assert [block.kind for block in found.blocks[1:6]] == ["heading", "paragraph", "list_item", "list_item", "quote"]


def test_the_title_is_not_repeated_in_the_text() -> None:
    assert texts(article(inside="<h2>Bridge opens after nine years</h2>")) == list(SENTENCES)


def test_a_box_by_name_that_holds_the_article_is_the_article() -> None:
    html = article().replace('class="article-body"', 'class="article-body sidebar-left paywall"')
    assert texts(html) == list(SENTENCES)


def test_paragraphs_each_in_a_box_of_their_own_are_the_article() -> None:
    html = article().replace("<p>", '<div class="sidebar-grid__content"><p>').replace("</p>", "</p></div>")
    assert texts(html) == list(SENTENCES)


def test_inline_quotes_over_the_whole_path_split_nothing() -> None:
    quoted = tuple(text.replace("the", "<q>the</q>", 1).replace("on", "<em>on</em>", 1) for text in SENTENCES)
    assert texts(article(quoted)) == list(SENTENCES)


def test_a_text_that_the_page_repeats_is_taken_once() -> None:
    assert texts(article(inside=f'<p class="pull">{SENTENCES[0]}</p>')) == list(SENTENCES)
