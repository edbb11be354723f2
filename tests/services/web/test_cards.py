"""An article in a list."""

from services.web.cards import MOST_QUOTES, card, shortened
from services.web.excerpts import CLOSING, OPENING
from services.web.rights import granted
from services.web.store import Found
from tests.services.web.articles import article


def quoted(**quotes: tuple[str, ...]) -> list[tuple[str, str]]:
    found = card(Found(granted(article()), quotes=quotes))
    return [("".join(run.text for run in quote.runs), quote.lang) for quote in found.quotes]


def test_what_matched_is_quoted_from_the_english_text_and_else_from_the_original() -> None:
    english, french = f"the {OPENING}sea{CLOSING} decides", f"la {OPENING}mer{CLOSING}"
    assert quoted(text_en=(english,), text_original=(french,)) == [("the sea decides", "en")]
    assert quoted(text_original=(french,)) == [("la mer", "fr")]
    assert quoted(text_en=(english,) * 5) == [("the sea decides", "en")] * MOST_QUOTES
    assert quoted() == []


def test_long_words_are_cut_at_a_words_end_and_endless_ones_anywhere() -> None:
    assert shortened("one two", 7) == "one two"
    assert shortened("one two, three", 11) == "one two…"
    assert shortened("o" * 12, 10) == "o" * 9 + "…"
