import pytest

from services.translator import capitals
from services.translator.article import translate_article
from services.translator.interpreter import Interpreter
from services.translator.memory import Memory
from shared.events import Block
from tests.services.translator.fakes import FakeEngine, article


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("GOVERNO APRESENTA NOVA LEI DE HABITAÇÃO", True),
        ("ПРАВИТЕЛЬСТВО ПРЕДСТАВИЛО НОВЫЙ ЗАКОН", True),
        ("Governo apresenta NOVA LEI", False),
        ("ONU, UE, NATO", False),
        ("新的住房政策", False),
        ("BENFICA", False),
    ],
)
def test_a_line_in_capitals_is_told(text: str, shouted: bool) -> None:
    assert capitals.is_shouted(text) is shouted


async def test_a_headline_in_capitals_is_asked_for_as_a_sentence_and_given_in_capitals() -> None:
    english = {"Governo apresenta nova lei de habitação": "Government presents new housing bill"}
    engine = FakeEngine(lambda text: english.get(text, "The news of the day is out."))
    block = Block(kind="heading", text="GOVERNO APRESENTA NOVA LEI DE HABITAÇÃO")
    done = await translate_article(article(block), [engine], source="pt")
    assert done.translation.blocks[0].text == "GOVERNMENT PRESENTS NEW HOUSING BILL"


async def test_capitals_that_an_engine_adds_to_a_headline_are_taken_back() -> None:
    headline = "Ministério pede pena capital para suspeito de ataque"
    answers = {
        headline: "Prosecutors Ask for Capital Punishment in Attack Case",
        f"{headline}.": "Prosecutors ask for capital punishment in attack case.",
    }
    at_work = Interpreter(FakeEngine(answers.__getitem__), "pt", Memory(10), 60)
    assert await at_work.sentences([headline]) == {headline: answers[f"{headline}."][:-1]}


async def test_a_sentence_begins_with_a_capital_where_its_source_does() -> None:
    engine = FakeEngine(lambda _: "the government presented a new bill.")
    done = await translate_article(article("O governo apresentou uma nova lei."), [engine], source="pt")
    assert done.translation.blocks[0].text == "The government presented a new bill."
