"""OpenSearch goes away in the middle: nothing is parked, nothing is lost, nobody has to restart anything."""

import asyncio

import pytest

from console.native.engine import Engine
from shared.kafka.admin import lag
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.names import ARTICLES
from shared.settings import Settings
from tests.integration.articles import translated
from tests.integration.bench import Bench, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

ARTICLES_FED = 150


async def test_the_indexer_waits_for_opensearch_and_goes_on_by_itself(kafka: str, own_opensearch: Engine) -> None:
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=own_opensearch.address, retry_scale=0.02, refresh_seconds=0.5)
    async with Bench(settings) as bench:
        indexer = await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
        await indexer.ready()
        await bench.feed(*(translated(n, bench.run) for n in range(50)))
        await until(lambda: len(bench.ended("indexed")) == 50, "50 indexed")

        await asyncio.to_thread(own_opensearch.kill)
        await bench.feed(*(translated(n, bench.run) for n in range(50, ARTICLES_FED)))

        async def waits() -> bool:
            return await indexer.metric('babelwire_dependency_unavailable{dependency="opensearch",stage="indexer"}') == 1

        await until(waits, "the indexer says what it waits for")
        found = await lag(settings)
        assert sum(found["indexer.returner"].values()) == 0, "nothing is parked"
        assert len(bench.ended("indexed")) == 50

        await asyncio.to_thread(own_opensearch.start)
        await until(lambda: len(bench.ended("indexed")) == ARTICLES_FED, "all indexed")
        await bench.lag_is_zero("indexer")
        await bench.lag_is_zero("ledger")
        assert await bench.dead_letters("indexer") == []
        assert await bench.dead_letters("ledger") == []

    client = connect(settings)
    try:
        await client.indices.refresh(index=ARTICLES)
        assert (await client.count(index=ARTICLES))["count"] == ARTICLES_FED
        assert (await Ledger(client).counts())["indexed"] == ARTICLES_FED
    finally:
        await client.close()
