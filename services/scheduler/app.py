"""The scheduler's composition root: `python -m services.scheduler`."""

import asyncio

from services.scheduler.rhythm import Rhythm
from services.scheduler.settings import SchedulerSettings
from services.scheduler.works import Works
from shared.kafka.publisher import Publisher
from shared.kafka.service import run
from shared.settings import Settings, load, shown
from shared.telemetry import logging

SWEEP_SECONDS = 10.0
RECHECK_SECONDS = 10.0
GAUGES_SECONDS = 15.0
ENGINES_SECONDS = 15.0
UNTRANSLATED_SECONDS = 10.0
ENDS_SECONDS = 300.0
RETENTION_SECONDS = 3600.0


def main() -> None:
    """Runs the scheduler until it is told to stop."""
    settings, own = load(Settings), load(SchedulerSettings)
    logging.configure("scheduler", settings)
    logging.get("scheduler").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_run(settings, own))


async def _run(settings: Settings, own: SchedulerSettings) -> None:
    async with Publisher(settings) as publisher:
        works = Works(settings, own, publisher)
        rhythms = [
            Rhythm("polls", own.tick_seconds, works.polls),
            Rhythm("sweep", max(SWEEP_SECONDS * settings.retry_scale, own.tick_seconds), works.overdue),
            Rhythm("translations", max(UNTRANSLATED_SECONDS * settings.retry_scale, own.tick_seconds), works.translations),
            Rhythm("rechecks", RECHECK_SECONDS, works.checks),
            Rhythm("ends", ENDS_SECONDS, works.ends),
            Rhythm("gauges", GAUGES_SECONDS, works.gauges),
            Rhythm("retention", RETENTION_SECONDS, works.retention),
        ]
        # Whether these work says nothing of the scheduler: it is ready without.
        at_leisure = [
            Rhythm("settling", RETENTION_SECONDS, works.settling),
            Rhythm("shards", ENGINES_SECONDS, works.shards),
            Rhythm("figures of opensearch", ENGINES_SECONDS, works.search_figures),
            Rhythm("figures of kafka", ENGINES_SECONDS, works.kafka_figures),
        ]
        await run(
            "scheduler",
            settings,
            own.listen,
            [],
            publisher=publisher,
            background=[rhythm.run for rhythm in (*rhythms, *at_leisure)],
            probes=rhythms,
            on_stop=[works.close],
        )
