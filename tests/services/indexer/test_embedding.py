from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY

from services.indexer.embedding import DIMENSIONS, ProcessEmbedder, pieces
from tests.services.indexer.articles import ENGLISH, PORTUGUESE, article


@pytest.fixture
async def embedder() -> AsyncIterator[ProcessEmbedder]:
    embedder = ProcessEmbedder(seconds=60, mib=1536)
    yield embedder
    await embedder.close()


def count(result: str) -> float:
    return REGISTRY.get_sample_value("babelwire_embeddings_total", {"result": result}) or 0.0


def test_the_pieces_are_the_title_and_the_first_sentences_in_english_where_there_is_any() -> None:
    found = pieces(article(english=("One came. Two came. Three came.", "Four. Five. Six. Seven. Eight.")))
    assert found == ["A plan for the floods", "One came.", "Two came.", "Three came.", "Four.", "Five.", "Six.", "Seven."]
    assert pieces(article(english=None))[:2] == ["Plano para as cheias", PORTUGUESE[0]]


def test_an_original_in_a_language_the_model_does_not_know_has_no_pieces_until_it_is_translated() -> None:
    assert pieces(article(english=None, language="el")) == []
    assert pieces(article(language="el"))[1] == ENGLISH[0]


def test_a_piece_is_short_however_long_the_sentence() -> None:
    assert max(map(len, pieces(article(english=("word " * 100_000,))))) <= 400


async def test_the_same_event_in_two_languages_is_nearer_than_another_event(embedder: ProcessEmbedder) -> None:
    english = await embedder.vector(article())
    portuguese = await embedder.vector(article(english=None))
    other = await embedder.vector(
        article(english=("The striker scored twice in the cup final.", "Fans sang all night."), standfirst=None)
    )
    assert english and portuguese and other
    assert len(english) == DIMENSIONS
    assert sum(x * x for x in english) == pytest.approx(1, abs=1e-3)
    assert dot(english, portuguese) > 0.6
    assert dot(english, other) < dot(english, portuguese) - 0.1


async def test_what_takes_too_long_costs_the_vector_only() -> None:
    embedder = ProcessEmbedder(seconds=0.001, mib=1536)  # loading the model alone takes longer
    try:
        before = count("failed")
        assert await embedder.vector(article()) is None
        assert count("failed") == before + 1
    finally:
        await embedder.close()


def dot(one: list[float], other: list[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))
