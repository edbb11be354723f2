"""Real engines with one of everything in them, for the commands that look."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.indexer.document import document
from shared import clock, ids
from shared.errors import Poison, State, Unavailable
from shared.events import FetchRequest, Outcome
from shared.kafka import envelope
from shared.kafka.admin import apply_topics, lag
from shared.kafka.deadletters import headers_of
from shared.kafka.publisher import Publisher
from shared.search import templates
from shared.search.client import connect
from shared.search.ledger import ArticleEntry, Discovery, Ledger
from shared.search.names import month_index
from shared.search.sources import Feed, PollResult, Source, Sources
from shared.settings import Settings
from shared.topics import dead_letters
from tests import engines
from tests.integration.articles import translated

INDEXED = translated(1, "wire")
TWIN, BROKEN = "http://paper1.wire.example/twin", "http://paper1.wire.example/broken"
SOURCE = Source(
    id=INDEXED.source_id, name="The Paper", home_page="http://paper1.wire.example/", rights="full",
    feeds=(Feed(url="http://paper1.wire.example/rss"), Feed(url="http://paper1.wire.example/gone")),
)  # fmt: skip
DEAD = 2
FRESHNESS = timedelta(seconds=300)


@dataclass(frozen=True)
class Wire:
    """The engines, as settings and as the environment of a command."""

    settings: Settings

    @property
    def env(self) -> dict[str, str]:
        found = self.settings
        return {"BABELWIRE_KAFKA_BOOTSTRAP": found.kafka_bootstrap, "BABELWIRE_OPENSEARCH_URL": found.opensearch_url}


@pytest.fixture(scope="module")
def wire(kafka: str, opensearch: str) -> Wire:
    """An article that is indexed, another URL of it, one that failed with two dead letters, a source with a feed that keeps
    failing. Anew for each module, since the ones between them empty the engines."""
    found = Wire(Settings(kafka_bootstrap=kafka, opensearch_url=opensearch))
    asyncio.run(_fill(found.settings))
    return found


async def _fill(settings: Settings) -> None:
    await engines.empty_topics(settings.kafka_bootstrap)
    await engines.empty_search(settings.opensearch_url)
    await apply_topics(settings)
    await _coordinated(settings)
    async with connect(settings) as client:
        await templates.apply(client, settings)
        await _publish(settings)
        ledger, sources, now = Ledger(client), Sources(client), clock.now()
        await sources.add([SOURCE])
        later = now + timedelta(hours=1)
        await sources.polled(SOURCE.id, SOURCE.feeds[0].url, PollResult(now, "new", later, new_items=3))
        await sources.polled(SOURCE.id, SOURCE.feeds[1].url, PollResult(now, "http 404", later, failures=3))
        urls = (INDEXED.url, TWIN, BROKEN)
        await ledger.discover([Discovery(ids.url_id(url), url, SOURCE.id, now, "poll") for url in urls])
        index = month_index(now)
        await ledger.claim(ArticleEntry(
            article_id=INDEXED.article_id, url_id=INDEXED.url_id, url=INDEXED.url, source_id=SOURCE.id, index=index,
            claimed_at=now,
        ))  # fmt: skip
        assert INDEXED.published_at is not None
        body = document(INDEXED, vector=None, indexed_at=INDEXED.published_at + FRESHNESS)
        await client.index(index=index, id=INDEXED.article_id, body=body, params={"refresh": "true"})
        await ledger.settle([
            _outcome(INDEXED.url, State.INDEXED, "", "indexer", INDEXED.article_id),
            _outcome(TWIN, State.DUPLICATE, "another url's article", "extractor", INDEXED.article_id),
            _outcome(BROKEN, State.FAILED, "dead letter", "fetcher"),
        ])  # fmt: skip
        await client.indices.refresh(index="*")  # the commands search


async def _coordinated(settings: Settings) -> None:
    """Waits for the groups' coordinator, which a new broker makes when the first client asks for it."""
    async with asyncio.timeout(30):
        while True:
            try:
                await lag(settings)
                return
            except Unavailable:
                await asyncio.sleep(0.1)


async def _publish(settings: Settings) -> None:
    request = FetchRequest(
        url_id=ids.url_id(BROKEN), url=BROKEN, source_id=SOURCE.id, kind="article", reason="discovered",
        discovered_at=clock.now(),
    )  # fmt: skip
    async with Publisher(settings) as publisher:
        for number in range(DEAD):
            sealed = envelope.seal(request, ce_id=f"request {number}", source="test", at=clock.now(), traceparent="")
            headers = headers_of(
                sealed.headers, stage="fetcher", error=Poison("no such host"), attempt=4, topic=sealed.topic, partition=0,
                offset=number, at=clock.now(),
            )  # fmt: skip
            await publisher.send(dead_letters("fetcher").name, sealed.value, sealed.key, headers)


def _outcome(url: str, state: State, reason: str, stage: str, article_id: str | None = None) -> Outcome:
    return Outcome(
        url_id=ids.url_id(url), url=url, source_id=SOURCE.id, state=state, reason=reason, stage=stage, at=clock.now(),
        article_id=article_id,
    )  # fmt: skip
