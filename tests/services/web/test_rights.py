import pytest

from services.web.rights import QUOTABLE, granted
from tests.services.web.articles import article


def test_full_withholds_nothing() -> None:
    assert granted(article()) == article()


def test_a_snippet_is_title_byline_and_standfirst() -> None:
    shown = granted(article(rights="snippet"))
    assert (shown.translation.title, shown.translation.standfirst) == (
        "The lighthouse goes dark", "The port stays closed until Tuesday.",
    )  # fmt: skip
    assert shown.authors
    assert (shown.blocks, shown.translation.blocks, shown.image, shown.tags) == ((), (), None, ())


def test_a_link_is_the_title() -> None:
    shown = granted(article(rights="link"))
    assert shown.title
    assert (shown.standfirst, shown.translation.standfirst, shown.authors) == (None, None, ())
    assert (shown.blocks, shown.translation.blocks, shown.image) == ((), (), None)


@pytest.mark.parametrize("rights", ["link", "snippet"])
def test_a_search_quotes_the_text_only_where_all_of_it_may_be_shown(rights: str) -> None:
    assert not QUOTABLE[rights] & {"text_en", "text_original"}  # type: ignore[index]
    assert QUOTABLE["full"] >= {"text_en", "text_original"}
