import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch

from services.indexer.bulk import BulkWriter
from services.indexer.embedding import NoEmbedder
from services.indexer.index import Index
from services.indexer.stage import Deps, process
from shared.errors import Poison, State
from shared.events import Event, Indexed, Outcome, TranslatedArticle
from shared.item import Item
from shared.search import names
from shared.search.ledger import Ledger
from shared.settings import Settings
from tests.services.indexer.articles import article

pytestmark = pytest.mark.engines


@pytest.fixture
def deps(client: AsyncOpenSearch, search: str) -> Deps:
    index = Index(client, Settings(opensearch_url=search), BulkWriter(client, documents=100, size=1_000_000, wait=0.01))
    return Deps(Ledger(client), index, NoEmbedder())


async def handle(event: TranslatedArticle, deps: Deps) -> list[Event]:
    return await process(Item(event, ce_id="c"), deps)


async def documents(client: AsyncOpenSearch) -> list[dict[str, Any]]:
    await client.indices.refresh(index=names.ARTICLES)
    hits = (await client.search(index=names.ARTICLES, body={"version": True}))["hits"]["hits"]
    return [hit["_source"] | {"_version": hit["_version"], "_index": hit["_index"]} for hit in hits]


def states(events: list[Event]) -> list[tuple[State, str]]:
    return [(event.state, event.reason) for event in events if isinstance(event, Outcome)]


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events if isinstance(event, Indexed)]


async def test_an_article_is_searchable_in_english_and_in_its_own_words(deps: Deps, client: AsyncOpenSearch) -> None:
    events = await handle(article(), deps)
    assert (kinds(events), states(events)) == (["new"], [(State.INDEXED, "")])
    (document,) = await documents(client)
    assert (document["_version"], document["_index"], document["day"]) == (1000, "articles-v1-2026.03", "2026-03-31")
    for field, words in (("text_en", "flood announcement"), ("text_original", "proximo comecam"), ("title", "cheias")):
        query = {"query": {"match": {field: {"query": words}}}}
        assert (await client.search(index=names.ARTICLES, body=query))["hits"]["total"]["value"] == 1, field
    exact = {"query": {"match": {"text_en.exact": "flood"}}}
    assert (await client.search(index=names.ARTICLES, body=exact))["hits"]["total"]["value"] == 0


async def test_replaying_an_article_makes_no_second_document_and_tells_the_same(deps: Deps, client: AsyncOpenSearch) -> None:
    first = await handle(article(), deps)
    second = await handle(article(), deps)
    assert (kinds(first), states(first)) == (kinds(second), states(second))
    assert [document["_version"] for document in await documents(client)] == [1000]


async def test_a_correction_wins_and_an_older_replay_does_not(deps: Deps, client: AsyncOpenSearch) -> None:
    old = article()
    corrected = article(content_hash="hash-2", revision=2, fetched_minutes=60, text=("Corrigido.",), english=("Corrected.",))
    await handle(old, deps)
    assert kinds(await handle(corrected, deps)) == ["corrected"]
    replayed = await handle(old, deps)
    assert (kinds(replayed), states(replayed)) == ([], [(State.INDEXED, "superseded")])
    (document,) = await documents(client)
    assert (document["_version"], document["text_en"]) == (2000, "Corrected.")
    entry = await deps.ledger.article(old.article_id)
    assert entry and (entry.revision, entry.content_hash) == (2, "hash-2")


async def test_an_old_page_extracted_anew_does_not_undo_a_correction(deps: Deps, client: AsyncOpenSearch) -> None:
    await handle(article(), deps)
    await handle(article(content_hash="hash-2", revision=2, fetched_minutes=60), deps)
    # The replayed page differs from what is there, so the extractor counts it as the next revision.
    events = await handle(article(revision=3), deps)
    assert (kinds(events), states(events)) == ([], [(State.INDEXED, "superseded")])
    assert [document["content_hash"] for document in await documents(client)] == ["hash-2"]


async def test_a_late_translation_wins_and_the_untranslated_replay_does_not(deps: Deps, client: AsyncOpenSearch) -> None:
    pending = article(english=None)
    assert kinds(await handle(pending, deps)) == ["new"]
    assert "text_en" not in (await documents(client))[0]
    assert kinds(await handle(article(rendering=1), deps)) == ["translated"]
    assert states(await handle(pending, deps)) == [(State.INDEXED, "superseded")]
    (document,) = await documents(client)
    assert (document["_version"], document["translation"]["status"]) == (1001, "translated")


async def test_one_article_under_two_urls_found_in_two_months_makes_one_document(
    deps: Deps, client: AsyncOpenSearch
) -> None:
    canonical = "https://diario.test/cheias"
    await handle(article(canonical, canonical=canonical), deps)
    april = article("https://diario.test/a?id=7", canonical=canonical, seen=datetime(2026, 4, 2, tzinfo=UTC))
    for _ in range(2):
        assert states(await handle(april, deps)) == [(State.DUPLICATE, "another url's article")]
    corrected = article(
        canonical, canonical=canonical, content_hash="hash-2", revision=2, seen=datetime(2026, 4, 3, tzinfo=UTC)
    )
    await handle(corrected, deps)
    assert [(d["_index"], d["_version"]) for d in await documents(client)] == [("articles-v1-2026.03", 2000)]


async def test_of_two_texts_with_one_version_the_one_fetched_later_stands(deps: Deps, client: AsyncOpenSearch) -> None:
    early, late = article(content_hash="early", fetched_minutes=1), article(content_hash="late", fetched_minutes=9)
    await handle(early, deps)
    events = await handle(late, deps)
    assert kinds(events) == ["corrected"]
    assert [event.revision for event in events if isinstance(event, Indexed)] == [2]
    assert states(await handle(early, deps)) == [(State.INDEXED, "superseded")]
    assert [(d["_version"], d["content_hash"]) for d in await documents(client)] == [(2000, "late")]


async def test_many_at_once_of_one_article_leave_the_newest(deps: Deps, client: AsyncOpenSearch) -> None:
    versions = [article(content_hash=f"hash-{n}", revision=n, fetched_minutes=n) for n in (3, 1, 5, 2, 4, 5, 1)]
    await asyncio.gather(*(handle(version, deps) for version in versions))
    assert [(d["_version"], d["content_hash"]) for d in await documents(client)] == [(5000, "hash-5")]
    entry = await deps.ledger.article(versions[0].article_id)
    assert entry and entry.content_hash == "hash-5"


async def test_what_the_mapping_refuses_is_poison_and_its_neighbours_are_written(
    deps: Deps, client: AsyncOpenSearch
) -> None:
    bad = article("https://diario.test/bad", word_count=2**40)  # beyond the mapping's integer
    good = [article(f"https://diario.test/{n}") for n in range(5)]
    answers = await asyncio.gather(*(handle(event, deps) for event in (bad, *good)), return_exceptions=True)
    assert isinstance(answers[0], Poison)
    assert all(isinstance(answer, list) for answer in answers[1:])
    assert len(await documents(client)) == 5


async def test_a_version_that_cannot_be_counted_is_poison(deps: Deps) -> None:
    with pytest.raises(Poison):
        await handle(article(rendering=1000), deps)


async def test_the_outcome_settles_the_url_in_the_ledger(deps: Deps) -> None:
    events = await handle(article(), deps)
    await deps.ledger.settle([event for event in events if isinstance(event, Outcome)])
    entry = await deps.ledger.url(article().url_id)
    assert entry and (entry.state, entry.article_id) == (State.INDEXED, article().article_id)
