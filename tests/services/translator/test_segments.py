import itertools
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.translator import segments


def cut(text: str, language: str = "pt") -> list[str]:
    return [text[start:end] for start, end in segments.split(text, language)]


def test_a_text_is_split_into_its_sentences() -> None:
    assert cut("Primeira frase. Segunda frase! Terceira?") == ["Primeira frase.", "Segunda frase!", "Terceira?"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("O Sr. Silva foi ontem a S. Paulo.", "pt"),
        ("O presidente dos E.U.A., Donald Trump, vive no séc. XXI.", "pt"),
        ("Die Kirche St. Martin kostet 3 Mio. Euro.", "de"),
        ("В 2019 г. Путин приехал.", "ru"),
        ("O artigo 5.º da lei foi revogado.", "pt"),
        ("Le procès de Mme. Dupont a commencé.", "fr"),
        ("L'on. Rossi ha parlato alla Camera.", "it"),
        ("Tzw. umowa z 2019 r. Kowalskiego wygasła.", "pl"),
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str, language: str) -> None:
    assert cut(text, language) == [text]


def test_lines_are_never_joined() -> None:
    assert cut("Um verso\noutro verso\n\nfim") == ["Um verso", "outro verso", "fim"]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    clause = "o ministro falou durante muito tempo sobre o assunto"
    parts = cut("; ".join([clause] * 12) + ".")
    assert len(parts) > 1
    assert all(len(part) <= segments.LONGEST for part in parts)
    assert all(part.endswith((";", ".")) for part in parts)


def test_chinese_is_cut_shorter() -> None:
    assert max(len(part) for part in cut("政府今天宣布了新的住房政策，" * 40, "zh")) <= segments.LONGEST_CJK


def test_thai_without_stops_is_cut_at_a_space() -> None:
    parts = cut("รัฐบาลประกาศนโยบายใหม่ " * 60, "th")
    assert all(len(part) <= segments.LONGEST and part.endswith("ใหม่") for part in parts)


def test_thai_without_a_space_is_cut_to_the_limit() -> None:
    parts = cut("รัฐบาลประกาศนโยบายใหม่" * 60, "th")
    assert "".join(parts) == "รัฐบาลประกาศนโยบายใหม่" * 60
    assert all(len(part) <= segments.LONGEST for part in parts)
    assert not any(unicodedata.combining(part[0]) or unicodedata.category(part[0]) == "Mn" for part in parts)


def test_two_hundred_thousand_characters_without_a_space_take_no_time() -> None:
    started = time.perf_counter()
    assert cut("á" * 200_000) == ["á" * 200_000]
    assert "".join(cut("年" * 200_000, "zh")) == "年" * 200_000
    assert time.perf_counter() - started < 5


def test_an_endless_word_stands_alone() -> None:
    assert cut("Olhe isto: " + "x" * 500 + " e mais.") == ["Olhe isto:", "x" * 500, "e mais."]


@pytest.mark.parametrize("text", ["", "2024", "1.500,00 €", "👍🎉", "https://exemplo.pt/a?b=c", "...", "_" * 90, "a" * 5000])
def test_where_there_is_nothing_to_translate_nothing_is_asked(text: str) -> None:
    assert not segments.has_language(text)


@pytest.mark.parametrize("text", ["Sim", "veja em https://exemplo.pt", "新的住房政策", "นโยบาย" * 40])
def test_words_are_language(text: str) -> None:
    assert segments.has_language(text)


def test_a_sentence_in_pieces_is_cut_at_its_strongest_mark() -> None:
    assert segments.pieces("O ministro falou; a oposição, como sempre, protestou.") == [
        "O ministro falou;",
        "a oposição, como sempre, protestou.",
    ]


def test_addresses_and_emoji_are_pieces_of_their_own() -> None:
    text = "Veja https://exemplo.pt/a-b, escreva a redacao@jornal.pt 👍🏽!"
    assert segments.verbatim(text) == ["https://exemplo.pt/a-b", "redacao@jornal.pt", "👍🏽"]
    assert segments.pieces(text) == ["Veja", "https://exemplo.pt/a-b", ", escreva a", "redacao@jornal.pt", "👍🏽", "!"]


def test_a_word_has_no_pieces() -> None:
    assert segments.pieces("Lisboa") == ["Lisboa"]


@given(st.text(alphabet=st.sampled_from(list('ab çÁ.!?;,:"“«» \n\t1年の。👍\u200b')), max_size=1200))
def test_sentences_are_in_order_apart_and_hold_every_visible_character(text: str) -> None:
    ranges = segments.split(text, "pt")
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))
    sent = [(start, end) for start, end in ranges if segments.has_language(text[start:end])]
    assert all(end - start <= segments.LONGEST for start, end in sent)
    held = "".join(text[start:end] for start, end in ranges)
    for character in set(text) - set(" \n\t\u200b"):
        assert held.count(character) == text.count(character)


def test_an_endless_text_is_cut_before_a_letter_and_never_between_it_and_its_marks() -> None:
    text = "ก" + "กิ" * 2_000
    pieces = cut(text, "th")
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= segments.LONGEST
    assert all(unicodedata.category(piece[0])[0] != "M" for piece in pieces)


def test_marks_without_any_letter_are_cut_all_the_same() -> None:
    text = "กขค" + "\u0e34" * 3_000
    assert "".join(cut(text, "th")) == text
