"""`babelwire ledger rebuild`: what was lost with the ledger's indices comes back from Kafka and from the documents."""

import asyncio

import pytest

from services.indexer.document import document
from shared import clock, ids
from shared.errors import State
from shared.events import Outcome
from shared.kafka.publisher import Publisher
from shared.search import names, templates
from shared.search.client import connect
from shared.search.ledger import ArticleEntry, Ledger
from shared.search.names import month_index
from shared.settings import Settings
from tests.console.commands import babelwire
from tests.integration.articles import translated

pytestmark = pytest.mark.engines
ARTICLE, ELSEWHERE = translated(1, "books"), translated(2, "books")
GONE = "http://paper1.books.example/gone"


def outcome(url: str, state: State, reason: str = "", article_id: str | None = None) -> Outcome:
    return Outcome(
        url_id=ids.url_id(url), url=url, source_id="books", state=state, reason=reason, stage="test", at=clock.now(),
        article_id=article_id,
    )  # fmt: skip


async def fill(settings: Settings) -> None:
    """One URL that is gone; one indexed; one indexed that was gone when last asked for, which is all that Kafka knows."""
    ends = [
        outcome(GONE, State.GONE, "http 410"),
        outcome(ARTICLE.url, State.INDEXED, article_id=ARTICLE.article_id),
        outcome(ELSEWHERE.url, State.GONE, "http 404"),
    ]
    async with Publisher(settings) as publisher, connect(settings) as client:
        await publisher.publish(ends, source="test", cause="one")
        await templates.apply(client, settings)
        index = month_index(clock.now())
        for one in (ARTICLE, ELSEWHERE):
            body = document(one, vector=None, indexed_at=clock.now()) | {"content_hash": "abc"}
            await client.index(index=index, id=one.article_id, body=body)
        tombstone = {"article_id": "dead", "url_id": "dead"}
        await client.index(index=index, id="dead", body=tombstone)
        await client.indices.refresh(index=names.ARTICLES)


async def books(settings: Settings) -> tuple[dict[str, State], dict[str, ArticleEntry | None]]:
    async with connect(settings) as client:
        ledger = Ledger(client)
        found = await ledger.urls([ids.url_id(url) for url in (GONE, ARTICLE.url, ELSEWHERE.url)])
        owners = {one.article_id: await ledger.article(one.article_id) for one in (ARTICLE, ELSEWHERE)}
        return {entry.url: entry.state for entry in found.values()}, owners


async def lose(settings: Settings) -> None:
    async with connect(settings) as client:
        await client.indices.delete(index=f"{names.LEDGER_URLS},{names.LEDGER_ARTICLES}")


def test_the_ledger_comes_back_from_outcomes_and_documents(topics: str, search: str) -> None:
    settings = Settings(kafka_bootstrap=topics, opensearch_url=search)
    env = {"BABELWIRE_KAFKA_BOOTSTRAP": topics, "BABELWIRE_OPENSEARCH_URL": search}
    asyncio.run(fill(settings))
    asyncio.run(lose(settings))
    counted = babelwire("ledger", "rebuild", "--dry-run", env=env)
    assert "3 outcomes, 2 documents; nothing was changed" in counted.stderr
    for _ in range(2):
        assert babelwire("ledger", "rebuild", env=env).exit_code == 0
        states, owners = asyncio.run(books(settings))
        assert states == {GONE: State.GONE, ARTICLE.url: State.INDEXED, ELSEWHERE.url: State.INDEXED}
        for one in (ARTICLE, ELSEWHERE):
            entry = owners[one.article_id]
            assert entry is not None
            assert (entry.url_id, entry.revision, entry.content_hash) == (one.url_id, one.revision, "abc")


def test_without_kafka_it_says_so() -> None:
    result = babelwire("ledger", "rebuild", "--dry-run")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
