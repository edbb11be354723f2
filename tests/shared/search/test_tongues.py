import pytest

from shared.search.templates import MAPPINGS
from shared.search.tongues import OWN, WEIGHT, fields_of


def test_every_language_has_its_field_and_every_field_a_language() -> None:
    fields = MAPPINGS["articles-v1"]["template"]["mappings"]["properties"]["original"]["properties"]
    assert {*OWN.values()} == {*fields}


@pytest.mark.parametrize(
    ("words", "fields"),
    [("知事", ["cjk"]), ("เลือกตั้ง", ["th"]), ("حكومة", ["ar", "fa"]), ("выборы", ["ru"]), ("Trump 知事", ["cjk"])],
)
def test_words_are_looked_for_where_their_script_is_written(words: str, fields: list[str]) -> None:
    assert [name.split("^")[0] for name in fields_of(words)] == [f"original.{field}" for field in fields]


def test_latin_words_are_looked_for_in_one_language_if_it_is_named_else_widely_in_all_that_write_so_or_in_none() -> None:
    assert fields_of("cheia") == ()
    assert {"original.pt^0.3", "original.tr^0.3"} <= {*fields_of("cheia", widely=True)}
    assert "original.ru^0.3" not in fields_of("cheia", widely=True)
    assert fields_of("cheia", "pt") == fields_of("cheia", "pt", widely=True) == (f"original.pt^{WEIGHT}",)
    assert fields_of("cheia", "uk", widely=True) == ()
