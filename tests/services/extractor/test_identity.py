import pytest

from services.extractor.declared import declared
from services.extractor.identity import canonical_url, is_home_page
from services.extractor.markup import parse
from tests.services.extractor.pages import document

OWN = "https://www.example.com/politics/bridge?utm_source=feed"
BARE = "https://www.example.com/politics/bridge"


def canonical(href: str, source_domains: tuple[str, ...] = ()) -> tuple[str, str | None]:
    tree = parse(document("", f'<link rel="canonical" href="{href}">'))
    return canonical_url(tree, declared(tree), OWN, source_domains)


@pytest.mark.parametrize("href", ["https://m.example.com/p/7", "http://example.com/p/7"])
def test_one_within_the_registered_domain_is_believed(href: str) -> None:
    assert canonical(href)[0] == href


def test_a_relative_one_is_resolved() -> None:
    assert canonical("/p/7")[0] == "https://www.example.com/p/7"


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/p/7",
        "https://www.example.com/",
        "https://www.example.com/de/",
        "http://[broken",
        "javascript:void(0)",
    ],
)
def test_a_foreign_one_a_home_page_and_nonsense_are_only_recorded(href: str) -> None:
    url, said = canonical(href)
    assert url == BARE
    assert said is not None


def test_a_further_domain_of_the_source_is_believed() -> None:
    assert canonical("https://example.org/p/7", ("example.org",))[0] == "https://example.org/p/7"


def test_without_one_the_final_url_is_taken() -> None:
    tree = parse(document(""))
    assert canonical_url(tree, declared(tree), OWN) == (BARE, None)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://p.example", True),
        ("https://p.example/index.html", True),
        ("https://p.example/de/", True),
        ("https://p.example/pt-br/", True),
        ("https://p.example/?id=7", False),
        ("https://p.example/politics/", False),
    ],
)
def test_home_pages(url: str, home: bool) -> None:
    assert is_home_page(url) is home
