from services.translator import drafts
from services.translator.drafts import draft
from shared.events import Block
from tests.services.translator.fakes import rot13


def english(text: str, kind: str = "paragraph") -> str:
    block = draft(Block.model_validate({"kind": kind, "text": text}), "pt")
    sentences = drafts.outputs(block, {asked: rot13(asked) for asked in block.asked})
    assert sentences is not None
    return drafts.joined(block, sentences)[0]


def test_sentences_stand_one_space_apart() -> None:
    assert english("Uma frase.   Outra frase.") == rot13("Uma frase. Outra frase.")


def test_line_breaks_stay() -> None:
    assert english("Um verso\n\noutro verso", kind="preformatted") == rot13("Um verso\noutro verso")


def test_what_is_no_language_is_copied() -> None:
    assert english("Veja aqui. https://exemplo.pt/a") == rot13("Veja aqui. ") + "https://exemplo.pt/a"


def test_quotation_marks_become_english() -> None:
    assert english("«Não vou», disse. «Nunca.»") == rot13("“Não vou”, disse. “Nunca.”")


def test_a_quotation_over_several_sentences_is_one_pair() -> None:
    text = english("Disse: “Não vou. Não quero. Não posso.”")
    assert (text.count("“"), text.count("”")) == (1, 1)


def test_invisible_characters_are_not_sent() -> None:
    block = draft(Block(kind="paragraph", text="O go\u00adver\u200bno\u00a0 caiu\ufeff."), "pt")
    assert block.asked == ["O governo caiu."]


def test_fractions_are_sent_as_decimals() -> None:
    assert draft(Block(kind="paragraph", text="Venceu por 14½ a 13½."), "pt").asked == ["Venceu por 14,5 a 13,5."]


def test_a_sentence_without_a_good_translation_leaves_none_of_the_block() -> None:
    assert drafts.outputs(draft(Block(kind="paragraph", text="Um dia. Outro dia."), "pt"), {"Um dia.": "One day."}) is None


def test_an_endless_word_is_put_together_as_it_was() -> None:
    assert english("Olhe isto: " + "x" * 1000 + " e mais.").count("x" * 1000) == 1
