"""The judge against the labelled set of non-articles (non_articles.py)."""

from collections import Counter

import pytest

from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.non_articles import ARTICLE, Labelled, labelled
from tests.services.extractor.pages import page as a_page

PAGES = list(labelled())


def test_the_set_has_each_kind_on_both_sides() -> None:
    sides = {held_out: Counter(page.label for page in PAGES if page.held_out is held_out) for held_out in (True, False)}
    assert sides[True].keys() == sides[False].keys() > {ARTICLE, "listing page", "consent wall", "video or gallery"}
    assert len({page.name for page in PAGES}) == len(PAGES)


def ends(page: Labelled) -> str:
    found = extract_page(a_page(page.html, page.url))
    return ARTICLE if isinstance(found, Article) else found.reason


@pytest.mark.parametrize(("held_out", "floor"), [(False, 1.0), (True, 0.95)])
def test_each_page_ends_for_the_reason_it_is_labelled_with(held_out: bool, floor: float) -> None:
    asked = [page for page in PAGES if page.held_out is held_out]
    wrong = {page.name: ends(page) for page in asked if ends(page) != page.label}
    assert len(wrong) <= (1 - floor) * len(asked), wrong


@pytest.mark.parametrize("page", [page for page in PAGES if page.label == ARTICLE], ids=lambda page: page.name)
def test_no_true_article_is_turned_away(page: Labelled) -> None:
    assert ends(page) == ARTICLE
