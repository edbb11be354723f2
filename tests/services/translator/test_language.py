import pytest

from services.translator import language
from tests.services.translator import reference

PORTUGUESE = "O governo apresentou na terça-feira uma nova proposta de lei sobre a habitação, que será votada em março."
ENGLISH = "The government presented a new housing bill on Tuesday, and parliament is going to vote on it in March."


@pytest.mark.parametrize("text", ["", "12/03/2024", "👍👍👍", "Sim.", "\u200b" * 500, "Lula da Silva 2024"])
def test_a_text_of_under_twenty_letters_is_undetermined(text: str) -> None:
    assert language.identify(text) == "und"


def test_what_the_text_shows_beats_what_the_page_declares() -> None:
    assert language.of_article("Nova lei", [PORTUGUESE], declared="en") == "pt"


def test_the_declared_language_counts_where_the_text_is_too_short_to_tell() -> None:
    assert language.of_article("Golo!", [], declared="pt") == "pt"


@pytest.mark.parametrize("declared", ["und", "x-klingon", "", "q" * 1000])
def test_a_declared_language_that_nobody_knows_does_not_count(declared: str) -> None:
    assert language.of_article("Golo!", [], declared=declared) == "und"


def test_a_long_block_in_another_language_is_told_apart() -> None:
    assert language.of_block(ENGLISH, article="pt") == "en"


def test_a_short_block_is_in_its_articles_language() -> None:
    assert language.of_block("The New York Times", article="pt") == "pt"


def test_a_text_of_a_megabyte_is_judged_by_its_beginning() -> None:
    assert language.of_article("", [PORTUGUESE * 10_000], declared="und") == "pt"


@reference.needs_reference
def test_ninety_nine_percent_of_reference_articles_are_identified() -> None:
    asked = [
        (expected, language.of_article(document[0], document[1:], declared="und"))
        for name, expected in reference.LANGUAGES.items()
        for document in reference.documents(name)[::3]
    ]
    wrong = [pair for pair in asked if pair[0] != pair[1]]
    assert len(asked) > 500
    assert len(wrong) <= len(asked) * 0.01, wrong


@reference.needs_reference
def test_hardly_a_sentence_of_a_portuguese_article_is_taken_for_another_language() -> None:
    lines = reference.sentences("por")[::3]
    assert sum(language.of_block(line, "pt") != "pt" for line in lines) <= len(lines) * 0.005
