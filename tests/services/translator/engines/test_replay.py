"""Recorded pairs for tests and trials: what was recorded is answered, all else is known not to be."""

import json
from pathlib import Path

import pytest

from services.translator.article import translate_article
from services.translator.engines.replay import ReplayEngine
from services.translator.errors import BadOutput, BadPair
from tests.services.translator.fakes import FakeEngine, article, rot13

PAIRS = {
    "Governo apresenta nova lei": "Government presents new law",
    "O governo apresentou ontem uma nova lei sobre a água.": "The government presented a new law on water yesterday.",
    "Linha\u2028estranha\x85aqui.": "Odd line here.",
}


@pytest.fixture
def engine(tmp_path: Path) -> ReplayEngine:
    lines = [
        json.dumps({"lang": "pt", "source": source, "target": target}, ensure_ascii=False)
        for source, target in PAIRS.items()
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ReplayEngine(tmp_path / "pairs.jsonl")


async def test_recorded_pairs_are_answered_in_order_and_others_are_errors_of_their_own(engine: ReplayEngine) -> None:
    first, second, third = await engine.translate([*list(PAIRS)[1:], "Outra frase."], "pt")
    assert (first, second) == tuple(list(PAIRS.values())[1:])
    assert isinstance(third, BadOutput)


async def test_only_recorded_languages_are_known(engine: ReplayEngine) -> None:
    assert (engine.version("pt"), engine.version("fr")) == ("recorded", None)
    with pytest.raises(BadPair):
        await engine.translate(["Une phrase."], "fr")
    await engine.close()


async def test_an_article_of_recorded_sentences_is_translated_and_the_next_engine_does_the_rest(
    engine: ReplayEngine,
) -> None:
    known = article(list(PAIRS)[1])
    done = await translate_article(known, [engine])
    assert (done.translation.status, done.translation.engine) == ("translated", "replay recorded")
    assert done.translation.blocks[0].text == PAIRS[list(PAIRS)[1]]
    more = article(list(PAIRS)[1], "A oposição votou contra a proposta de lei.")
    done = await translate_article(more, [engine, FakeEngine()])
    assert done.translation.status == "translated"
    assert done.translation.blocks[1].text == rot13("A oposição votou contra a proposta de lei.")
