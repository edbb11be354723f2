"""The scheduler's composition root: `python -m services.scheduler`."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar, get_args

from services.scheduler import yields
from services.scheduler.rechecks import rechecks
from services.scheduler.rhythm import Rhythm
from services.scheduler.settings import SchedulerSettings
from services.scheduler.stage import Deps, tick
from services.scheduler.sweep import sweep
from services.scheduler.untranslated import UnderWay, counted, untranslated
from shared import clock
from shared.errors import State, Transient, Unavailable
from shared.events import Event, FetchRequest, Outcome
from shared.kafka import gauges as kafka_gauges
from shared.kafka.admin import lag
from shared.kafka.publisher import Publisher
from shared.kafka.service import run
from shared.search import gauges as search_gauges
from shared.search.client import connect
from shared.search.health import Health
from shared.search.ledger import Ledger
from shared.search.pairs import Pairs
from shared.search.retention import drop_months
from shared.search.settling import settle_month
from shared.search.shards import revive
from shared.search.sources import Sources
from shared.search.untranslated import Untranslated
from shared.settings import Settings, load, shown
from shared.telemetry import logging, metrics

T = TypeVar("T")
SWEEP_SECONDS = 10.0
# Retries are shortened in trials, but an article that only waits for its translator must not be swept: 2 minutes at least.
LEAST_SWEEP_SCALE = 2 / 15
RECHECK_SECONDS = 10.0
GAUGES_SECONDS = 15.0
ENGINES_SECONDS = 15.0
UNTRANSLATED_SECONDS = 10.0
ENDS_SECONDS = 300.0
RETENTION_SECONDS = 3600.0
LATELY = timedelta(days=3)  # the articles that a source's health is judged by


def main() -> None:
    """Runs the scheduler until it is told to stop."""
    settings, own = load(Settings), load(SchedulerSettings)
    logging.configure("scheduler", settings)
    logging.get("scheduler").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_run(settings, own))


async def _run(settings: Settings, own: SchedulerSettings) -> None:
    search = connect(settings)
    ledger, sources = Ledger(search), Sources(search)
    pairs, index, under_way = Pairs(search), Untranslated(search), UnderWay()
    deps = Deps(sources, own.owner, own.sources_per_tick)
    for kind in (FetchRequest, Outcome):
        metrics.SWEPT.labels(kind.type)
    for dependency in ("opensearch", "kafka"):
        metrics.UNAVAILABLE.labels("scheduler", dependency).set(0)
    async with Publisher(settings) as publisher:

        async def publish(found: list[tuple[str, Event]]) -> None:
            await asyncio.gather(*(publisher.publish([event], source="scheduler", cause=cause) for cause, event in found))

        async def polls() -> None:
            await publish(await tick(clock.now(), deps))

        async def overdue() -> None:
            found = await sweep(clock.now(), ledger, max(settings.retry_scale, LEAST_SWEEP_SCALE))
            await publish(found)
            for _, event in found:
                metrics.SWEPT.labels(event.type).inc()

        async def quiet() -> bool:
            return sum((await lag(settings))["translator"].values()) < own.translators_quiet_below

        async def translations() -> None:
            found = await untranslated(clock.now(), pairs, index, under_way, own.untranslated_at_once, quiet)
            await publish(found)
            for language, number in counted(found).items():
                metrics.UNTRANSLATED_AGAIN.labels(metrics.language_label(language)).inc(number)

        async def checks() -> None:
            found = await rechecks(clock.now(), ledger, own.rechecks_per_tick)
            await publish(found)
            metrics.RECHECKS.inc(len(found))

        async def gauges() -> None:
            await measure(ledger, sources)

        async def ends() -> None:
            await sources.note_ends(await ledger.ends(clock.now() - LATELY))
            yields.show(await yields_of(sources))

        async def retention() -> None:
            async for month in drop_months(search, clock.now(), own.keep_months):
                logging.get("scheduler").warning("month dropped", month=month.name, documents=month.documents)
                metrics.MONTHS_DROPPED.inc()

        async def settling() -> None:
            if month := await _at_leisure(settle_month(search, clock.now())):
                logging.get("scheduler").info("month laid together", month=month.name, documents=month.documents)

        async def shards() -> None:
            await _at_leisure(revive(search))

        async def search_figures() -> None:
            await _at_leisure(search_gauges.measure(search))

        async def kafka_figures() -> None:
            await _at_leisure(kafka_gauges.measure(settings))

        rhythms = [
            Rhythm("polls", own.tick_seconds, polls),
            Rhythm("sweep", max(SWEEP_SECONDS * settings.retry_scale, own.tick_seconds), overdue),
            Rhythm("translations", max(UNTRANSLATED_SECONDS * settings.retry_scale, own.tick_seconds), translations),
            Rhythm("rechecks", RECHECK_SECONDS, checks),
            Rhythm("ends", ENDS_SECONDS, ends),
            Rhythm("gauges", GAUGES_SECONDS, gauges),
            Rhythm("retention", RETENTION_SECONDS, retention),
        ]
        # Whether these work says nothing of the scheduler: it is ready without.
        at_leisure = [
            Rhythm("settling", RETENTION_SECONDS, settling),
            Rhythm("shards", ENGINES_SECONDS, shards),
            Rhythm("figures of opensearch", ENGINES_SECONDS, search_figures),
            Rhythm("figures of kafka", ENGINES_SECONDS, kafka_figures),
        ]
        await run(
            "scheduler",
            settings,
            own.listen,
            [],
            publisher=publisher,
            background=[rhythm.run for rhythm in (*rhythms, *at_leisure)],
            probes=rhythms,
            on_stop=[search.close],
        )


async def measure(ledger: Ledger, sources: Sources) -> None:
    """Sets the gauges of the ledger and the sources. Raises Unavailable."""
    counts = await ledger.counts()
    for state in State:
        metrics.URLS.labels(state).set(counts.get(state, 0))
    # Counted there: to read 200,000 sources every 15 seconds would take all of them.
    healths = await sources.healths()
    for health in get_args(Health):
        metrics.SOURCES.labels(health).set(healths.get(health, 0))


async def yields_of(sources: Sources) -> list[yields.Yield]:
    """What each source has yielded lately. Raises Unavailable."""
    found: list[yields.Yield] = []
    async for page in sources.pages():
        # A tenth of a second's arithmetic for 1,000 sources.
        found += await asyncio.to_thread(yields.of_all, page, clock.now(), LATELY)
    return found


async def _at_leisure(work: Awaitable[T]) -> T:
    """What `work` gives. Raises Transient where a dependency is away: whoever needs it for work tells of that."""
    try:
        return await work
    except Unavailable as error:
        raise Transient(str(error)) from error
