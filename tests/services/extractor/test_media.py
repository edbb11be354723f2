"""What is embedded in an article is kept as links."""

import pytest

from services.extractor.blocks import cut
from services.extractor.markup import parse
from services.extractor.media import found
from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, page

POST = '<blockquote class="twitter-tweet"><p>Short words</p><a href="https://posts.example/a/1">March 2</a></blockquote>'


def media(*pieces: str) -> tuple[str, ...]:
    html = article().replace(f"<p>{SENTENCES[1]}", "".join(pieces) + f"<p>{SENTENCES[1]}", 1)
    assert pieces[0] in html
    found = extract_page(page(html))
    assert isinstance(found, Article)
    return found.media


def test_players_and_posts_within_the_text_are_kept_in_order_each_once() -> None:
    player = '<iframe src="//videos.example/embed/1"></iframe>'
    film = '<video><source src="/films/2.mp4"></video>'
    assert media(player, POST, film, player) == (
        "https://videos.example/embed/1", "https://posts.example/a/1", "https://paper.example/films/2.mp4",
    )  # fmt: skip


@pytest.mark.parametrize(
    "piece",
    [
        "<iframe></iframe>",
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="about:blank"></iframe>',
        '<iframe src="https://[broken"></iframe>',
        '<iframe src="https://x.example/' + "a" * 3000 + '"></iframe>',
        '<iframe style="display:none" src="https://count.example/"></iframe>',
        "<blockquote class='twitter-tweet'></blockquote>",
    ],
)
def test_what_leads_nowhere_or_is_hidden_is_not(piece: str) -> None:
    assert media(piece) == ()


def test_what_stands_outside_the_text_is_not_the_articles() -> None:
    html = article().replace("</body>", '<footer><iframe src="https://ads.example/1"></iframe></footer></body>')
    found = extract_page(page(html))
    assert isinstance(found, Article)
    assert found.media == ()


def test_there_are_no_more_than_are_bearable() -> None:
    assert len(media(*(f'<iframe src="https://v.example/{n}"></iframe>' for n in range(50)))) == 20


def test_where_no_text_is_nothing_is_embedded_in_it() -> None:
    assert found([], "https://paper.example/") == ()


def test_text_in_the_page_itself_has_no_home_to_look_in() -> None:
    tree = parse("<html><body>Loose words</body></html>")
    assert found(cut(tree, "https://paper.example/"), "https://paper.example/") == ()
