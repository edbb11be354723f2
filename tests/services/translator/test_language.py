import pytest

from services.translator import language
from tests.services.translator import reference

PORTUGUESE = "O governo apresentou na terça-feira uma nova proposta de lei sobre a habitação, que será votada em março."
ENGLISH = "The government presented a new housing bill on Tuesday, and parliament is going to vote on it in March."


@pytest.mark.parametrize("text", ["", "12/03/2024", "👍👍👍", "Sim.", "\u200b" * 500, "Lula da Silva 2024"])
def test_a_text_that_says_nothing_is_undetermined(text: str) -> None:
    assert language.identify(text) == "und"


def test_what_the_text_shows_beats_what_the_page_declares() -> None:
    assert language.of_article("Nova lei", [PORTUGUESE], declared="en") == "pt"


def test_the_declared_language_counts_where_the_text_is_too_short_to_tell() -> None:
    assert language.of_article("Golo!", [], declared="pt") == "pt"


@pytest.mark.parametrize("declared", ["und", "x-klingon", "", "q" * 1000])
def test_a_declared_language_that_nobody_knows_does_not_count(declared: str) -> None:
    assert language.of_article("Golo!", [], declared=declared) == "und"


def test_a_short_title_goes_by_what_most_declare() -> None:
    hints = {"feed": "gl", "page": "gl", "source": "pt"}
    assert language.of_article("Un novo plan", [], hints) == "gl"


def test_a_title_that_clearly_differs_beats_what_all_declare() -> None:
    title = "Kormányalakítási tárgyalások kezdődnek a jövő héten Budapesten"
    assert language.of_article(title, [], dict.fromkeys(("feed", "page", "source"), "en")) == "hu"


def test_english_is_a_weak_word_for_it_stands_in_every_template() -> None:
    title = "Plano para as cheias"
    assert language.of_article(title, [], {"page": "en", "source": "pt"}) == "pt"


@pytest.mark.parametrize(("declared", "told"), [("nb", "no"), ("iw", "he"), ("in", "id")])
def test_old_and_narrow_codes_are_those_of_the_models(declared: str, told: str) -> None:
    assert language.of_article("2024", [], declared) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ministar je rekao da će u sljedećem tjednu tisuće obitelji dobiti potporu europskih financija.", "hr"),
        ("Ministar je rekao da će u sljedećoj sedmici hiljade porodica dobiti pomoć evropskih finansija.", "bs"),
        ("Ministar je rekao da će sledeće nedelje hiljade porodica dobiti pomoć evropskih finansija.", "sr"),
        ("Министар је рекао да ће следеће недеље хиљаде породица добити помоћ.", "sr"),
    ],
)
def test_bosnian_croatian_and_serbian_are_told_apart_by_their_words(text: str, told: str) -> None:
    assert language.identify(text) == told


def test_where_their_words_say_nothing_what_is_declared_decides() -> None:
    for declared in ("bs", "hr", "sr"):
        assert language.of_article("Policija traga za nestalim muškarcem", [], declared) == declared


def test_a_quotation_in_a_sister_language_stays_in_its_article() -> None:
    croatian = "Ministar je rekao da će u sljedećem tjednu tisuće obitelji dobiti potporu europskih financija."
    assert language.of_block(croatian, article="sr") == "sr"


def test_the_article_of_a_dialect_is_in_the_language_that_is_written() -> None:
    assert "arz" not in language.known()
    assert language.identify("أعلن الوزير النهارده ان الحكومة هتعمل قانون جديد للسكن") == "ar"


def test_a_long_block_in_another_language_is_told_apart() -> None:
    assert language.of_block(ENGLISH, article="pt") == "en"


def test_a_short_block_is_in_its_articles_language() -> None:
    assert language.of_block("The New York Times", article="pt") == "pt"


def test_a_text_of_a_megabyte_is_judged_by_its_beginning() -> None:
    assert language.of_article("", [PORTUGUESE * 10_000], declared="und") == "pt"


def test_strange_text_has_a_language_or_its_articles() -> None:
    for text in ("", "a" * 200_000, "\u0300" * 10_000, "中" * 10_000, "\ud83d" * 100):
        assert language.of_block(text, "pt") in language.known()


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


def test_a_block_in_a_language_that_its_article_is_nothing_like_is_in_its_own() -> None:
    assert language.of_block(PORTUGUESE, "ja") == "pt"
    assert language.of_block(PORTUGUESE, "pt") == "pt"
    assert language.of_block("Sim.", "ja") == "ja"


def test_a_block_of_an_article_in_a_language_that_nobody_tells_apart_goes_by_its_text() -> None:
    assert language.of_block(PORTUGUESE, "xx") == "pt"
