import pytest

from services.translator.engine import Capabilities, Result
from services.translator.errors import BadOutput, EngineTransient, RateLimited, TooLarge
from services.translator.interpreter import FAILURES_IN_A_ROW, Interpreter
from services.translator.memory import Memory
from shared.telemetry import metrics
from tests.services.translator.fakes import FakeEngine, rot13

SENTENCES = [f"Esta é a frase número {number} de todas." for number in range(10, 19)]


def interpreter(engine: FakeEngine, memory: Memory | None = None, seconds: float = 60) -> Interpreter:
    return Interpreter(engine, "pt", memory or Memory(1000), seconds)


async def test_each_text_has_its_translation() -> None:
    assert await interpreter(FakeEngine()).sentences(SENTENCES) == {text: rot13(text) for text in SENTENCES}


async def test_a_text_is_asked_for_once_and_then_remembered() -> None:
    engine, memory = FakeEngine(), Memory(1000)
    await interpreter(engine, memory).sentences(SENTENCES * 2)
    await interpreter(engine, memory).sentences(SENTENCES)
    assert engine.asked == SENTENCES


async def test_requests_keep_to_the_engines_limits() -> None:
    engine = FakeEngine(capabilities=Capabilities(items=4, characters=100))
    await interpreter(engine).sentences(SENTENCES)
    assert engine.asked == SENTENCES
    assert all(len(request) <= 4 and sum(map(len, request)) <= 100 for request in engine.requests)


async def test_a_request_that_is_too_large_after_all_is_halved() -> None:
    class Small(FakeEngine):
        async def translate(self, texts, source):  # type: ignore[no-untyped-def]
            if len(texts) > 2:
                raise TooLarge("two at most")
            return await super().translate(texts, source)

    assert await interpreter(Small()).sentences(SENTENCES) == {text: rot13(text) for text in SENTENCES}


async def test_fewer_answers_than_texts_are_never_taken_for_the_wrong_text() -> None:
    class Fewer(FakeEngine):
        async def translate(self, texts, source):  # type: ignore[no-untyped-def]
            return (await super().translate(texts, source))[: max(1, len(texts) - 1)]

    assert await interpreter(Fewer()).sentences(SENTENCES) == {text: rot13(text) for text in SENTENCES}


async def test_a_refused_output_is_asked_for_again_in_pieces() -> None:
    text = "O ministro falou ontem; a oposição protestou hoje."
    engine = FakeEngine(lambda asked: "" if asked == text else rot13(asked))
    before = metrics.GUARD_FAILURES.labels("fake", "empty")._value.get()
    assert await interpreter(engine).sentences([text]) == {text: rot13(text)}
    assert metrics.GUARD_FAILURES.labels("fake", "empty")._value.get() == before + 1


async def test_a_piece_that_is_refused_is_cut_once_more() -> None:
    text = "O ministro falou ontem, como sempre; a oposição protestou hoje, como nunca."
    engine = FakeEngine(lambda asked: "" if len(asked) > 25 else rot13(asked))
    assert await interpreter(engine).sentences([text]) == {text: rot13(text)}


async def test_of_the_pieces_only_those_are_cut_that_are_refused_themselves() -> None:
    text = "O ministro falou ontem, como sempre; a oposição protestou hoje, como nunca."
    engine = FakeEngine(lambda asked: "" if "oposição" in asked and len(asked) > 30 else rot13(asked))
    assert await interpreter(engine).sentences([text]) == {text: rot13(text)}
    assert [asked for asked in engine.asked if "ministro" in asked] == [text, "O ministro falou ontem, como sempre;"]


async def test_what_is_refused_in_pieces_too_is_missing() -> None:
    assert await interpreter(FakeEngine(lambda _: "")).sentences(SENTENCES) == {}


async def test_a_sentence_that_hangs_costs_only_itself() -> None:
    bad = SENTENCES[3]

    def answer(text: str) -> Result:
        return EngineTransient("hung") if text in bad else rot13(text)

    good = await interpreter(FakeEngine(answer, capabilities=Capabilities(items=2))).sentences(SENTENCES)
    assert set(SENTENCES) - set(good) == {bad}


async def test_an_engine_that_fails_in_a_row_is_left_alone() -> None:
    engine = FakeEngine(lambda _: EngineTransient("hung"), capabilities=Capabilities(items=1))
    at_work = interpreter(engine)
    assert await at_work.sentences(SENTENCES) == {}
    assert len(engine.requests) == FAILURES_IN_A_ROW
    assert isinstance(at_work.last_error, EngineTransient)


async def test_after_its_time_an_article_asks_nothing_more() -> None:
    engine = FakeEngine()
    assert await interpreter(engine, seconds=-1).sentences(SENTENCES) == {}
    assert engine.requests == []


async def test_an_error_of_the_whole_request_is_the_callers() -> None:
    class Limited(FakeEngine):
        async def translate(self, texts, source):  # type: ignore[no-untyped-def]
            raise RateLimited("slow down", 30)

    with pytest.raises(RateLimited):
        await interpreter(Limited()).sentences(SENTENCES)


async def test_an_engine_that_answers_garbage_yields_nothing() -> None:
    class Garbage(FakeEngine):
        async def translate(self, texts, source):  # type: ignore[no-untyped-def]
            raise BadOutput("not JSON")

    assert await interpreter(Garbage()).sentences(SENTENCES) == {}


async def test_a_heading_gets_no_full_stop() -> None:
    engine = FakeEngine(lambda _: "Government presents new law.")
    assert await interpreter(engine).sentences(["Governo apresenta nova lei"]) == {
        "Governo apresenta nova lei": "Government presents new law"
    }


@pytest.mark.parametrize("end", ["U.S.", "Inc.", "..."])
async def test_an_abbreviation_keeps_its_full_stop(end: str) -> None:
    source, output = "Lucros crescem nos EUA", f"Profits grow at the {end}"
    assert await interpreter(FakeEngine(lambda _: output)).sentences([source]) == {source: output}


async def test_the_quotation_marks_round_a_whole_sentence_are_not_lost() -> None:
    engine = FakeEngine(lambda _: "The law is unfair")
    assert await interpreter(engine).sentences(['"A lei é injusta"']) == {'"A lei é injusta"': '"The law is unfair"'}


async def test_a_mangled_address_is_put_back() -> None:
    engine = FakeEngine()
    good = await interpreter(engine).sentences(["Veja mais (em https://exemplo.pt/a) amanhã."])
    assert list(good.values()) == [rot13("Veja mais (em ") + "https://exemplo.pt/a" + rot13(") amanhã.")]
