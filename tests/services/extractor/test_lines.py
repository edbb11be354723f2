"""What is seen of a line, and what the trees make of it."""

from typing import Any

from services.extractor import body
from services.extractor.blocks import cut
from services.extractor.engine import MainText
from services.extractor.line_model import chances
from services.extractor.lines import DEEP, NAMES, seen
from services.extractor.markup import fold, parse
from tests.services.extractor.pages import SENTENCES, article

OTHER = "Council argues about the new parking rules for another week"
TEASERS = '<div class="related"><ul>' + f'<li><a href="/x">{OTHER}</a></li>' * 3 + "</ul></div>"


def judged(html: str, article_body: str | None = None) -> list[dict[str, Any]]:
    tree = parse(html)
    whole = "".join(fold(text) for text in SENTENCES)
    lines = body.judged(
        cut(tree.find("body"), "https://paper.example/"), MainText(whole, frozenset()), body.Known((), (), article_body)
    )
    rows = seen(lines)
    likely = chances(rows)
    return [
        {"text": line.folded, "chance": chance, **dict(zip(NAMES, row, strict=True))}
        for line, row, chance in zip(lines, rows, likely, strict=True)
    ]


def named(lines: list[dict[str, Any]], text: str) -> dict[str, Any]:
    return next(line for line in lines if line["text"] == fold(text))


def test_a_paragraph_of_the_text_is_likely_and_a_link_in_a_box_is_not() -> None:
    lines = judged(article(after=TEASERS))
    assert named(lines, SENTENCES[1])["chance"] > 0.9
    assert named(lines, OTHER)["chance"] < 0.1


def test_a_line_is_known_by_its_place_and_surroundings_not_by_its_words() -> None:
    lines = judged(article(after=TEASERS))
    paragraph, teaser = named(lines, SENTENCES[0]), named(lines, OTHER)
    assert (paragraph["box_near"], teaser["box_near"]) == (DEEP, 2)
    assert (paragraph["linked"], teaser["linked"]) == (0, 1)
    assert (paragraph["times"], teaser["times"]) == (1, 3)
    assert (paragraph["inside"], teaser["inside"]) == (1, DEEP)


def test_the_pages_own_article_body_is_evidence_where_it_is_long_enough_to_be_one() -> None:
    whole = " ".join(SENTENCES)
    assert named(judged(article(after=TEASERS), whole), SENTENCES[2])["declared"] == 1
    assert named(judged(article(after=TEASERS), whole), OTHER)["declared"] < 0.2
    assert named(judged(article(after=TEASERS), SENTENCES[0][:90]), SENTENCES[2])["declared"] == -1


def test_rows_of_a_part_of_a_page_are_those_of_the_whole() -> None:
    tree = parse(article(after=TEASERS))
    lines = body.judged(cut(tree.find("body"), ""), MainText(fold(SENTENCES[0]), frozenset()), body.Known())
    assert seen(lines, 2, 5) == seen(lines)[2:5]


def test_a_page_without_text_has_no_rows() -> None:
    assert seen([]) == []
    assert chances([]) == []
