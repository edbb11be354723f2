"""What publishers and models can do to a document, on a real index: it is written, whole or without the part."""

from datetime import UTC, datetime

import pytest
from opensearchpy import AsyncOpenSearch

from services.indexer.embedding import ProcessEmbedder
from services.indexer.stage import Deps, process
from shared.errors import State
from shared.events import Event, Indexed, Outcome, TranslatedArticle
from shared.item import Item
from shared.search import names
from shared.telemetry.metrics import EMBEDDINGS
from shared.topics import INDEXED
from tests.services.indexer.articles import SEEN, article
from tests.services.indexer.test_stage import deps

__all__ = ["deps"]
pytestmark = pytest.mark.engines

RUN = "a" * 40_000  # longer than the longest term of the index, in letters that no rule parts


async def indexed(one: TranslatedArticle, deps: Deps) -> Indexed:
    events = await process(Item(one, ce_id="c"), deps)
    assert [event.state for event in events if isinstance(event, Outcome)] == [State.INDEXED]
    (told,) = (event for event in events if isinstance(event, Indexed))
    return told


HOSTILE: dict[str, TranslatedArticle] = {
    "dated 1890": article(published_at=datetime(1890, 1, 1, tzinfo=UTC)),
    "dated 2090": article(published_at=datetime(2090, 1, 1, tzinfo=UTC), modified_at=datetime(9999, 12, 31, tzinfo=UTC)),
    "a title of 10,000 letters": article(title="Cheias " * 1_430),
    "a title in one word": article(title=RUN[:10_000]),
    "10,000 tags": article(tags=tuple(f"tag {number}" for number in range(10_000))),
    "a tag of 40,000 letters": article(tags=(RUN,), authors=(RUN,)),
    "a text in one word": article(text=(RUN, "Fim."), english=(RUN, "End.")),
    "a Thai text in one word": article(text=(RUN,), english=(RUN,), language="th"),
    "a Chinese text in one word": article(text=("水" * 40_000,), english=("x",), language="zh"),
    "a language that is none": article(language="x" * 2_000),
    "nothing but an address": article(text=(), english=(), title=""),
    "characters that mark text": article(title="\u202eabc\x00\ufffe\ue000", text=("\x00",), english=("\x00",)),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_strange_document_is_written_and_its_news_fits(what: str, deps: Deps, client: AsyncOpenSearch) -> None:
    told = await indexed(HOSTILE[what], deps)
    assert len(told.model_dump_json().encode()) < INDEXED.max_bytes
    found = await client.get(index=names.month_index(SEEN), id=told.article_id)
    assert found["_source"]["title"] == HOSTILE[what].title
    if what.startswith("dated"):
        assert found["_source"]["day"] == "2026-03-31"  # of first sight: the date cannot be believed


async def test_a_title_of_300_kilobytes_is_told_in_part(deps: Deps) -> None:
    told: Event = await indexed(article(title="水" * 100_000, english=("x",)), deps)
    assert len(told.model_dump_json().encode()) < INDEXED.max_bytes


async def test_an_embedding_that_fails_costs_the_vector_only_and_is_counted(deps: Deps, client: AsyncOpenSearch) -> None:
    before = EMBEDDINGS.labels("failed")._value.get()
    embedder = ProcessEmbedder(seconds=0.001, mib=1536)  # too short for anything
    try:
        told = await indexed(article(), Deps(deps.ledger, deps.index, embedder))
    finally:
        await embedder.close()
    found = await client.get(index=names.month_index(SEEN), id=told.article_id)
    assert "vector" not in found["_source"]
    assert EMBEDDINGS.labels("failed")._value.get() == before + 1
