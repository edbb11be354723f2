"""An engine comes back empty, and what docs/upgrades.md says is done: nothing is missing."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from console.native.engine import Engine, kafka_engine, opensearch_engine
from console.native.settings import NativeSettings
from shared import clock
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.names import ARTICLES
from shared.settings import Settings
from tests.console.commands import babelwire
from tests.engines import engine_folder
from tests.integration.articles import translated
from tests.integration.bench import Bench, until
from tests.runbook import snapshot_repository

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]
DOCS = Path(__file__).parents[2] / "docs"


class Losing:
    """An engine that can lose its data. `start`, `lose` and `stop` block."""

    def __init__(self, make: Callable[[NativeSettings, Path, int], Engine], folder: Path) -> None:
        self._make, self._folder = make, folder
        self._engine = make(NativeSettings(), folder, 0)
        self.address = self._engine.address
        self.start, self.stop = self._engine.start, self._engine.stop

    def lose(self) -> None:
        """It is at work again where it was, empty."""
        self._engine.kill()
        shutil.rmtree(self._folder / "data")
        self._engine = self._make(NativeSettings(), self._folder, int(self.address.rpartition(":")[2]))
        self.stop = self._engine.stop
        self._engine.start()


@pytest.fixture
def losing(request: pytest.FixtureRequest) -> Iterator[Losing]:
    with engine_folder() as folder:
        engine = Losing(request.param, folder)
        try:
            engine.start()
            yield engine
        finally:
            engine.stop()


def commands(heading: str) -> list[list[str]]:
    """Each `babelwire …` of a section of docs/upgrades.md, in order, as its words."""
    text = (DOCS / "upgrades.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    said = re.findall(r"babelwire ((?:ledger|replay|topics) [^`\n#]*)", section.partition("Without any snapshot")[0])
    return [one.split() for one in said]


async def run(command: list[str], settings: Settings) -> None:
    env = {"BABELWIRE_KAFKA_BOOTSTRAP": settings.kafka_bootstrap, "BABELWIRE_OPENSEARCH_URL": settings.opensearch_url}
    result = await asyncio.to_thread(babelwire, *command, env=env)
    assert result.exit_code == 0, result.output


async def snapshot(address: str, method: str, path: str) -> None:
    """Takes or restores one, in the repository that the runbook sets up."""
    async with httpx.AsyncClient(base_url=f"{address}/_snapshot/", timeout=60) as client:
        json = {"content-type": "application/json"}
        assert (await client.put("nightly", content=snapshot_repository(), headers=json)).is_success
        answer = await client.request(method, path, params={"wait_for_completion": "true"})
        assert answer.json()["snapshot"]["shards"]["failed"] == 0


@pytest.mark.parametrize("losing", [opensearch_engine], indirect=True)
async def test_articles_since_the_snapshot_come_back_from_kafka_when_opensearch_is_lost(topics: str, losing: Losing) -> None:
    address = losing.address
    settings = Settings(kafka_bootstrap=topics, opensearch_url=address, retry_scale=0.02, refresh_seconds=0.5)
    async with Bench(settings) as bench:
        indexer = await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
        await bench.feed(*(translated(n, bench.run) for n in range(40)))
        await until(lambda: len(bench.ended("indexed")) == 40, "40 indexed")
        await bench.lag_is_zero("ledger")
        await snapshot(address, "PUT", "nightly/one")
        since = clock.now()
        await bench.feed(*(translated(n, bench.run) for n in range(40, 60)))
        await until(lambda: len(bench.ended("indexed")) == 60, "60 indexed")
        await bench.lag_is_zero("ledger")
        await indexer.kill()

        await asyncio.to_thread(losing.lose)
        await snapshot(address, "POST", "nightly/one/_restore")
        rebuild, *replays = commands("OpenSearch is lost")
        assert (rebuild[:2], [one[:2] for one in replays]) == (
            ["ledger", "rebuild"], [["replay", "news.translated"], ["replay", "news.outcomes"]],
        )  # fmt: skip
        await run(rebuild, settings)
        await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
        for replay in replays:
            await run([*replay[:3], since.isoformat(), "--yes"], settings)
        await bench.lag_is_zero("indexer")
        await bench.lag_is_zero("ledger")
        assert await bench.dead_letters("indexer") == []
        async with connect(settings) as client:
            await client.indices.refresh(index=ARTICLES)
            assert (await client.count(index=ARTICLES))["count"] == 60
            assert (await Ledger(client).counts())["indexed"] == 60


@pytest.mark.parametrize("losing", [kafka_engine], indirect=True)
async def test_what_is_asked_for_after_kafka_lost_its_disk_is_indexed_beside_what_was_there(
    search: str, losing: Losing
) -> None:
    settings = Settings(kafka_bootstrap=losing.address, opensearch_url=search, retry_scale=0.02, refresh_seconds=0.5)
    async with Bench(settings) as bench, connect(settings) as client:
        ledger = Ledger(client)
        indexer = await bench.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
        await bench.feed(*(translated(n, bench.run) for n in range(20)))
        await until(lambda: len(bench.ended("indexed")) == 20, "20 indexed")
        await bench.lag_is_zero("ledger")
        await indexer.kill()

        await asyncio.to_thread(losing.lose)
        for command in commands("Kafka has lost a disk"):
            await run(command, settings)
        async with Bench(settings) as after:
            await after.service("indexer", BABELWIRE_INDEXER_EMBEDDINGS="false")
            await after.feed(*(translated(n, after.run) for n in range(20, 40)))
            await until(lambda: len(after.ended("indexed")) == 20, "20 more indexed")
            await after.lag_is_zero("ledger")
            assert await after.dead_letters("indexer") == []
        await client.indices.refresh(index=ARTICLES)
        assert (await client.count(index=ARTICLES))["count"] == 40
        assert (await ledger.counts())["indexed"] == 40
