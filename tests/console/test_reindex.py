"""`babelwire reindex`."""

import asyncio
import json

import pytest

from shared.search import names, templates
from shared.search.client import connect
from shared.settings import Settings
from tests.console.commands import babelwire

pytestmark = pytest.mark.engines

OLD = "articles-v1-2025.01"


async def old_month(url: str) -> None:
    settings = Settings(opensearch_url=url)
    async with connect(settings) as client:
        folded = {"analysis": {"analyzer": {"folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}}}
        knn = {"index": {"knn": True}}
        await client.indices.create(index=OLD, body={"settings": folded | knn, "aliases": {names.ARTICLES: {}}})
        await templates.apply(client, settings)
        await client.index(index=OLD, id="a", body={"title": "A", "revision": 1, "rendering": 0}, refresh=True)


async def count(url: str) -> int:
    async with connect(Settings(opensearch_url=url)) as client:
        return int((await client.count(index=OLD))["count"])


async def test_outdated_months_are_built_anew_and_current_ones_left(search: str) -> None:
    await old_month(search)
    env = {"BABELWIRE_OPENSEARCH_URL": search}

    async def run(*arguments: str) -> str:
        result = await asyncio.to_thread(babelwire, "reindex", *arguments, env=env)
        assert result.exit_code == 0, result.output
        return result.stdout

    dry = json.loads(await run("--dry-run", "--json"))
    assert (dry["month"], dry["documents"], dry["index"]) == (OLD, 1, None)
    done = json.loads(await run("--grace", "0", "--json"))
    assert (done["month"], done["index"], await count(search)) == (OLD, f"built-{OLD}-1", 1)
    assert await run("--dry-run", "--json") == ""
    assert json.loads(await run("2025.01", "--all", "--grace", "0", "--json"))["index"] == f"built-{OLD}-2"
    refused = await asyncio.to_thread(babelwire, "reindex", "1999.01", env=env)
    assert refused.exit_code == 1
