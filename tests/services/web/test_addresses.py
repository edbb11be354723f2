from datetime import date

import pytest

from services.web import addresses
from services.web.addresses import Name
from services.web.rights import granted
from tests.services.web.articles import article


def test_an_article_stands_under_section_day_slug_and_shortid() -> None:
    path = addresses.article_path(granted(article()))
    assert path.startswith("/local/2026-03-31-the-lighthouse-goes-dark.")
    name = addresses.parse_name(path.removeprefix("/local/").removesuffix(".html"))
    assert name == Name("2026-03-31", "the-lighthouse-goes-dark", addresses.shortid_of(article().article_id) or "")


@pytest.mark.parametrize("title", ["", "…", "🦦", "x" * 1_000_000, "a/../b.html?c#d"])
def test_every_title_makes_a_slug_that_is_part_of_an_address(title: str) -> None:
    made = addresses.slug(title)
    assert 0 < len(made) <= addresses.SLUG_CHARACTERS
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    "name", ["", "2026-03-31-x", "2026-03-31-x.short", "x.aaaaaaaaaaaaa", "2026-03-31-a.b.aaaaaaaaaaaaa"]
)
def test_other_names_are_no_articles(name: str) -> None:
    assert addresses.parse_name(name) is None


def test_a_day_is_written_in_one_way() -> None:
    assert addresses.parse_day("2026-03-31") == date(2026, 3, 31)
    assert [addresses.parse_day(value) for value in ("20260331", "2026-3-31", "2026-02-30", "2026-W14-2", "")] == [None] * 5


def test_pages_are_numbered_from_one() -> None:
    assert [addresses.parse_page(value, 99) for value in ("1", "99")] == [1, 99]
    assert [addresses.parse_page(value, 99) for value in ("0", "100", "-1", "x", "", "²", "1e1")] == [None] * 7


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "//a.test", "/x", "data:text/html,x", "https://", "https://a b", "http://[", "ftp://a.test"]
)  # fmt: skip
def test_only_absolute_http_addresses_are_linked_to(url: str | None) -> None:
    assert addresses.external(url) is None
    assert addresses.external("https://a.test/x?y=1&z=2") == "https://a.test/x?y=1&z=2"
