"""The extractor's composition root: `python -m services.extractor`."""

import asyncio
from datetime import timedelta
from functools import partial

from services.extractor.pool import Policy, WorkerPool
from services.extractor.settings import ExtractorSettings
from services.extractor.stage import Deps, process
from shared.kafka.service import Consumer, run
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.search.sources import Sources
from shared.settings import Settings, load, shown
from shared.telemetry import logging

# A page may wait for its worker; the work itself is bounded by the worker's own time.
SPARE_SECONDS = 40.0


def main() -> None:
    """Runs the extractor until it is told to stop."""
    settings, own = load(Settings), load(ExtractorSettings)
    logging.configure("extractor", settings)
    logging.get("extractor").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_run(settings, own))


async def _run(settings: Settings, own: ExtractorSettings) -> None:
    client = connect(settings)
    rules = Policy(timedelta(days=own.max_age_days) if own.max_age_days else None, own.ignore_reservations)
    pool = WorkerPool(own.workers, own.page_seconds, own.worker_mib, own.worker_pages, rules)
    deps = Deps(pool=pool, ledger=Ledger(client), sources=Sources(client))
    consumer = Consumer(
        "extractor",
        partial(process, deps=deps),
        window=own.window,
        deadline=timedelta(seconds=own.page_seconds + SPARE_SECONDS),
    )
    await run("extractor", settings, own.listen, [consumer], probes=[pool], on_stop=[pool.close, client.close])
