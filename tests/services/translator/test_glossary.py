from pathlib import Path

import pytest

from services.translator import glossary
from services.translator.article import translate_article
from services.translator.glossary import Glossary, Term
from tests.services.translator.fakes import FakeEngine, article, marked_texts, paragraph

SOURCE = "O Presidente recebeu o ministro no Palácio de Belém em março."
ENGLISH = {
    SOURCE: "The President received the minister at the Bethlehem Palace in March.",
    SOURCE.replace("Palácio de Belém", "**Palácio de Belém**"): "He was received at **Bethlehem Palace** in March.",
    "Palácio de Belém": "Bethlehem Palace",
    "Governo apresenta nova lei": "Government presents new bill",
}  # fmt: skip


async def translated(*terms: Term) -> str:
    engine = FakeEngine(lambda text: ENGLISH.get(text, ""))
    done = await translate_article(article(SOURCE), [engine], source="pt", words=Glossary(terms))
    return done.translation.blocks[0].text


async def test_a_term_has_its_one_english() -> None:
    assert "at the Belém Palace in March" in await translated(Term(term="Palácio de Belém", english="Belém Palace"))


async def test_a_name_without_english_stays_as_it_is() -> None:
    assert "at the Palácio de Belém in March" in await translated(Term(term="Palácio de Belém"))


@pytest.mark.parametrize("field", [{"language": "fr"}, {"source_id": "f" * 32}])
async def test_terms_of_other_languages_and_sources_do_nothing(field: dict[str, str]) -> None:
    assert await translated(Term(term="Palácio de Belém", english="Belém Palace", **field)) == ENGLISH[SOURCE]


async def test_a_sources_own_term_goes_before_that_of_all() -> None:
    everyones = Term(term="Palácio de Belém", english="Belém Palace")
    own = Term(term="Palácio de Belém", english="the Palace", source_id="1" * 32)
    assert "the the Palace" in await translated(everyones, own)


async def test_a_term_whose_words_are_not_found_leaves_the_sentence() -> None:
    assert await translated(Term(term="recebeu", english="welcomed")) == ENGLISH[SOURCE]


async def test_a_link_over_a_term_lies_over_its_english() -> None:
    block = paragraph(
        "O Presidente recebeu o ministro no ", ("Palácio de Belém", "https://a.example/"), " em março."
    )  # fmt: skip
    engine, words = FakeEngine(lambda text: ENGLISH.get(text, "")), Glossary([Term(term="Palácio de Belém")])
    done = await translate_article(article(block), [engine], source="pt", words=words)
    assert marked_texts(done.translation.blocks[0]) == {"https://a.example/": "Palácio de Belém"}


def test_a_glossary_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text('[[term]]\nterm = "Público"\nlanguage = "pt"\n', encoding="utf-8")
    (term,) = glossary.read(path).of("pt", "any")
    assert (term.wanted, glossary.read(path).of("es", "any")) == ("Público", [])


@pytest.mark.parametrize("text", ["[[term]]\nenglish = 'x'", "[[term]]\nterm = 'ab'\nlang = 'pt'", "[[term"])
def test_a_glossary_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"term|TOML|lang|Expected"):
        glossary.read(path)
