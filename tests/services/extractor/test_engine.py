"""trafilatura behind its one question."""

import pytest

from services.extractor import engine
from services.extractor.engine import main_text
from services.extractor.markup import fold, parse
from tests.services.extractor.pages import SENTENCES, article

URL = "https://news.test/a"


def test_it_tells_the_text_as_one_string_and_by_line() -> None:
    found = main_text(parse(article()), URL)
    assert all(fold(sentence) in found.whole and fold(sentence) in found.lines for sentence in SENTENCES)


def test_a_quotation_within_a_paragraph_does_not_tear_it_apart() -> None:
    whole = "The bridge will open on Monday, and <q>not a day later</q>, said the mayor of the town to our paper."
    found = main_text(parse(article((*SENTENCES, whole))), URL)
    assert fold(whole.replace("<q>", "").replace("</q>", "")) in found.lines


def test_of_a_page_without_an_article_it_has_nothing_to_tell() -> None:
    found = main_text(parse("<html><body></body></html>"), URL)
    assert (found.whole, found.lines) == ("", frozenset())


def test_the_hundredth_page_is_read_as_the_first() -> None:
    first = main_text(parse(article()), URL)
    assert all(main_text(parse(article()), URL) == first for _ in range(60))


def test_whatever_the_engine_raises_means_that_it_found_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(engine, "bare_extraction", broken)
    assert main_text(parse(article()), URL).whole == ""


def test_memory_that_runs_out_is_the_pools_business(monkeypatch: pytest.MonkeyPatch) -> None:
    def swollen(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(engine, "bare_extraction", swollen)
    with pytest.raises(MemoryError):
        main_text(parse(article()), URL)
