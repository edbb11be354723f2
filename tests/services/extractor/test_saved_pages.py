"""Saved pages in the form an evaluator asks for."""

from services.extractor.corpus import extract
from tests.services.extractor.pages import SENTENCES, article

DATED = '<meta property="article:published_time" content="{}">'


def test_a_page_without_a_date_or_an_address_has_all_the_rest() -> None:
    found = extract(article())
    assert (found["title"], found["date"], found["text"].splitlines()) == (
        "Bridge opens after nine years",
        None,
        [*SENTENCES],
    )


def test_a_date_is_told_as_exactly_as_the_page_does() -> None:
    url = "https://paper.example/politics/bridge-opens"
    assert extract(article(head=DATED.format("2026-03-09T18:30:00Z")), url)["date"] == "2026-03-09T18:30:00+00:00"
    assert extract(article(head=DATED.format("2026-03-09")).encode(), url)["date"] == "2026-03-09"


def test_what_is_no_article_has_its_outcome_and_why() -> None:
    assert extract(b"\x00\x01\x02" * 400, "https://paper.example/a.bin") == {
        "outcome": "not_article",
        "reason": "no document",
    }
