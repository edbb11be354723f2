"""The judge against the labelled set of non-articles (non_articles.py)."""

from collections import Counter

from tests.services.extractor.non_articles import ARTICLE, labelled

PAGES = list(labelled())


def test_the_set_has_each_kind_on_both_sides() -> None:
    sides = {held_out: Counter(page.label for page in PAGES if page.held_out is held_out) for held_out in (True, False)}
    assert sides[True].keys() == sides[False].keys() > {ARTICLE, "listing page", "consent wall", "video or gallery"}
    assert len({page.name for page in PAGES}) == len(PAGES)
