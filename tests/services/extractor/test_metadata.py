import pytest

from services.extractor.declared import declared
from services.extractor.markup import parse
from services.extractor.metadata import language, reservations, tags
from tests.services.extractor.pages import document


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("pt-BR", "pt"), ("EN", "en"), ("de_DE", "de"), ("zh-Hant-TW", "zh"), ("", "und"), ("english!", "und")],
)
def test_the_language_is_a_code_without_its_region(lang: str, expected: str) -> None:
    tree = parse(document("", lang=lang))
    assert language(tree, declared(tree), None)[0] == expected


def test_the_sources_language_where_the_page_is_silent() -> None:
    tree = parse("<html><body></body></html>")
    assert language(tree, declared(tree), "sv") == ("sv", "source")


def test_tags_of_all_kinds_without_repetitions() -> None:
    head = (
        '<meta property="article:tag" content="Bridge"><meta name="keywords" content="bridge, town , ,#river">'
        '<script type="application/ld+json">{"@type":"Article","keywords":["Bridge, long","Mayor"]}</script>'
    )
    assert tags(declared(parse(document("", head)))) == ("Bridge, long", "Mayor", "Bridge", "town", "river")


@pytest.mark.parametrize(
    ("head", "header", "reserved"),
    [
        ('<meta name="tdm-reservation" content="1">', "", True),
        ('<meta name="tdm-reservation" content="0">', "", False),
        ('<meta name="robots" content="index, noai">', "", True),
        ('<meta name="robots" content="noindex, nofollow, noarchive">', "", False),
        ("", "noai, noimageai", True),
        ("", "otherbot: noai", True),
        ("", "noindex", False),
    ],
)
def test_reservations_of_rights(head: str, header: str, reserved: bool) -> None:
    assert bool(reservations(declared(parse(document("", head))), header, "")) is reserved
