"""The indexer's composition root: `python -m services.indexer`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from services.indexer.batching import Batching
from services.indexer.bulk import BulkWriter
from services.indexer.embedding import Embedder, NoEmbedder, ProcessEmbedder
from services.indexer.index import Index
from services.indexer.settings import IndexerSettings
from services.indexer.stage import Deps, process, settle
from shared.errors import State, Unavailable
from shared.events import Outcome
from shared.kafka.service import Consumer, run
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.takedowns import Takedowns
from shared.settings import Settings, load, shown
from shared.telemetry import logging
from shared.telemetry.metrics import URLS


def main() -> None:
    """Runs the indexer until it is told to stop."""
    settings, own = load(Settings), load(IndexerSettings)
    logging.configure("indexer", settings)
    logging.get("indexer").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_run(settings, own))


async def _run(settings: Settings, own: IndexerSettings) -> None:
    client = connect(settings)
    ledger = Ledger(client)
    wait = own.bulk_wait_ms / 1000
    index = Index(client, settings, BulkWriter(client, documents=own.bulk_documents, size=own.bulk_bytes, wait=wait))
    stops = [client.close]
    embedder: Embedder = NoEmbedder()
    if own.embeddings:
        embedder = working = ProcessEmbedder(own.embedding_seconds, own.embedding_mib)
        stops.insert(0, working.close)

    async def settle_all(outcomes: Sequence[Outcome]) -> Sequence[Exception | None]:
        await ledger.settle(outcomes)
        return [None] * len(outcomes)

    settling: Batching[Outcome, None] = Batching(settle_all, most=own.bulk_documents, wait=wait)
    deadline = timedelta(seconds=own.item_seconds)
    deps = Deps(ledger, index, embedder, Takedowns(client).barred)
    await run(
        "indexer",
        settings,
        own.listen,
        [
            Consumer("indexer", partial(process, deps=deps), window=own.window, deadline=deadline),
            Consumer("ledger", partial(settle, ledger=settling), window=own.ledger_window, deadline=deadline),
        ],
        background=[partial(_count, ledger, index, own.ledger_count_seconds)],
        on_stop=stops,
    )


async def _count(ledger: Ledger, index: Index, seconds: float) -> None:
    """Puts the templates in force at the start, so that nobody waits for the first article, and then counts the ledger."""
    log = logging.get("indexer")
    told = False
    while True:
        try:
            await index.prepare()
            counts = await ledger.counts()
        except Unavailable as error:
            if not told:
                log.warning("opensearch does not answer; trying on", error=str(error))
            told = True
        else:
            told = False
            for state in State:
                URLS.labels(state).set(counts.get(state, 0))
        await asyncio.sleep(1.0 if told else seconds)
