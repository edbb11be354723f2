import json

import pytest

from tests.bench.race import scoring

PAGE = "http://paper.example/a%20page/"


def lines(*articles: tuple[str, str, str]) -> list[str]:
    return [json.dumps({"url": url, "title": title, "text": text}) for url, title, text in articles]


def test_two_spellings_of_an_address_are_one_page() -> None:
    assert scoring.folded(PAGE) == scoring.folded("https://PAPER.example/a page")


def test_of_two_texts_for_one_page_the_longer_counts() -> None:
    found = scoring.brought(lines((PAGE, "A", "short"), ("https://paper.example/a page", "B", "the longer text")))
    assert [one["title"] for one in found.values()] == ["B"]


@pytest.mark.skipif(not scoring.EVALUATE.exists(), reason="the evaluator (../shared/corpus) is not here")
def test_a_page_that_was_not_brought_lowers_the_score_of_all_and_not_of_those_found() -> None:
    body = "The council met on Thursday to discuss the budget of the city. " * 4
    truth = [{"url": f"http://paper.example/{n}", "title": f"Council {n}", "body_text": body} for n in range(2)]
    score = scoring.score(truth, scoring.brought(lines(("http://paper.example/0", "COUNCIL 0", body))))
    assert (score["articles"], score["share"], score["f1_found"], score["f1_all"]) == (1, 0.5, 1.0, 0.5)
    assert (score["titles"], score["titles_found"]) == (0.5, 1.0)
