"""An article in a language without a model waits, readable in the original; the model appears, and it is translated without
a restart and without a fetch."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from opensearchpy import AsyncOpenSearch

from services.translator import models
from shared import topics
from shared.events import Article, Block
from shared.search import templates
from shared.search.client import connect
from shared.search.names import ARTICLES
from shared.settings import Settings
from tests import engines
from tests.integration.articles import translated
from tests.integration.bench import Bench, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

# Galician, for which there is no model; the Portuguese one makes some sort of English of it.
TITLE = "O Goberno galego presenta unha nova lei da vivenda"
TEXT = (
    "O Goberno galego presentou o martes unha nova proposta de lei sobre a vivenda, que será votada en marzo no Parlamento.",
    "Os veciños da Coruña e de Lugo levan anos agardando por unha solución para as rúas do centro.",
)


def galician(number: int, run: str) -> Article:
    whole = translated(number, run, language="gl", title=TITLE, blocks=tuple(Block(kind="paragraph", text=t) for t in TEXT))
    return Article(**{name: getattr(whole, name) for name in Article.model_fields})


async def fetched(settings: Settings) -> int:
    """Messages that ever asked for a fetch, or brought a page."""
    reader = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    await reader.start()
    try:
        asked = [TopicPartition(t.name, n) for t in (topics.FETCH, topics.POLLS, topics.PAGES) for n in range(t.partitions)]
        return sum((await reader.end_offsets(asked)).values())
    finally:
        await reader.stop()


async def found(client: AsyncOpenSearch, field: str, words: str) -> list[dict[str, Any]]:
    await client.indices.refresh(index=ARTICLES)
    answer = await client.search(index=ARTICLES, body={"version": True, "query": {"match": {field: words}}})
    return [hit["_source"] | {"_version": hit["_version"]} for hit in answer["hits"]["hits"]]


async def test_what_waited_for_a_model_is_translated_when_it_appears(kafka: str, opensearch: str, tmp_path: Path) -> None:
    await engines.empty_topics(kafka)
    await engines.empty_search(opensearch)
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=opensearch, retry_scale=0.1, refresh_seconds=0.5)
    client = connect(settings)
    try:
        await templates.apply(client, settings)
        async with Bench(settings) as bench:
            await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
            translator = await bench.service("translator", BABELWIRE_TRANSLATOR_MODELS=str(tmp_path))
            scheduler = await bench.service("scheduler")
            await translator.ready()
            articles = [galician(number, bench.run) for number in range(5)]
            await bench.feed(*articles)
            await until(lambda: bench.ended("indexed") == bench.fed, "all are indexed in the original")
            waiting = await found(client, "text_original", "vivenda Parlamento")
            assert [(one["language"], one["translation"]["status"]) for one in waiting] == [("gl", "pending")] * 5
            before = await fetched(settings)

            bundled = next(model for model in models.available(None) if model.src == "pt")
            shutil.copytree(bundled.path, tmp_path / ".copy")
            (tmp_path / ".copy").rename(tmp_path / "gl-en")

            async def all_translated() -> bool:
                return len(await found(client, "text_en", "voted proposal")) == 5

            await until(all_translated, "all are translated")
            for one in await found(client, "text_en", "voted proposal"):
                assert (one["_version"], one["translation"]["status"]) == (1001, "translated")
                assert [block["text"] for block in one["blocks"]] == list(TEXT)
            assert await fetched(settings) == before
            sent = 'babelwire_untranslated_again_total{language="gl"}'
            assert await scheduler.metric(sent) == 5
            await bench.lag_is_zero("translator")
            assert await bench.dead_letters("translator") == []
    finally:
        await client.close()
