"""More comes than the translator can do: headlines go first, the text of low sources follows, nothing is lost and nothing is
fetched again."""

from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch

from shared.events import Article, Block
from shared.search import templates
from shared.search.client import connect
from shared.search.names import ARTICLES
from shared.settings import Settings
from tests import engines
from tests.integration.articles import translated
from tests.integration.bench import Bench, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

LOW, NORMAL = 45, 5


def portuguese(number: int, run: str) -> Article:
    text = (
        f"A câmara aprovou na quinta-feira o orçamento número {number}, depois de uma longa discussão com os vereadores.",
        f"O presidente da câmara disse que as {number + 3} ruas do centro serão arranjadas no próximo verão.",
    )
    blocks = tuple(Block(kind="paragraph", text=line) for line in text)
    priority = "low" if number < LOW else "normal"
    whole = translated(number, run, blocks=blocks, title=f"Câmara aprova o orçamento {number}", priority=priority)
    return Article(**{name: getattr(whole, name) for name in Article.model_fields})


async def found(client: AsyncOpenSearch, **terms: Any) -> list[dict[str, Any]]:
    await client.indices.refresh(index=ARTICLES)
    wanted = [{"term": {name.replace("__", "."): value}} for name, value in terms.items()]
    answer = await client.search(index=ARTICLES, body={"size": 500, "query": {"bool": {"filter": wanted}}})
    return [hit["_source"] for hit in answer["hits"]["hits"]]


async def test_texts_that_were_put_off_follow_when_there_is_less_to_do(kafka: str, opensearch: str) -> None:
    await engines.empty_topics(kafka)
    await engines.empty_search(opensearch)
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=opensearch, retry_scale=0.1, refresh_seconds=0.5)
    client = connect(settings)
    try:
        await templates.apply(client, settings)
        async with Bench(settings) as bench:
            await bench.feed(*(portuguese(number, bench.run) for number in range(LOW + NORMAL)))
            await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
            translator = await bench.service("translator", BABELWIRE_TRANSLATOR_SHED_ABOVE="5")
            await until(lambda: bench.ended("indexed") == bench.fed, "all are indexed")

            put_off = await found(client, translation__body_waits=True)
            assert len(put_off) == await translator.metric('babelwire_translations_shed_total{language="pt"}') > 0
            for one in put_off:
                assert (one["priority"], one["translation"]["status"]) == ("low", "partial")
                assert "budget" in one["translation"]["title"].lower()
                assert [block["lang"] for block in one["translation"]["blocks"]] == ["pt", "pt"]
                assert "text_en" not in one

            await bench.service("scheduler", BABELWIRE_SCHEDULER_TRANSLATORS_QUIET_BELOW="5")

            async def all_translated() -> bool:
                return len(await found(client, translation__body_waits=False)) == LOW + NORMAL

            await until(all_translated, "all texts are translated")
            for one in await found(client):
                assert one["translation"]["status"] == "translated"
                assert "next summer" in one["text_en"]
            await bench.lag_is_zero("translator")
            assert await bench.dead_letters("translator") == []
    finally:
        await client.close()
