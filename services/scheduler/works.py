"""What the scheduler does, each again and again: it looks what is due, and hands on what follows."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar, get_args

from services.scheduler import yields
from services.scheduler.rechecks import rechecks
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
from shared.settings import Settings
from shared.telemetry import logging, metrics

T = TypeVar("T")
# Retries are shortened in trials, but an article that only waits for its translator must not be swept: 2 minutes at least.
LEAST_SWEEP_SCALE = 2 / 15
LATELY = timedelta(days=3)  # the articles that a source's health is judged by


class Works:
    """Everything raises Unavailable where an engine is away, but what nobody waits for: that raises Transient."""

    def __init__(self, settings: Settings, own: SchedulerSettings, publisher: Publisher) -> None:
        self._settings, self._own, self._publisher = settings, own, publisher
        self._search = search = connect(settings)
        self.close = search.close
        self._ledger, self._sources = Ledger(search), Sources(search)
        self._pairs, self._waiting, self._under_way = Pairs(search), Untranslated(search), UnderWay()
        self._deps = Deps(self._sources, own.owner, own.sources_per_tick)
        self._log = logging.get("scheduler")
        for kind in (FetchRequest, Outcome):
            metrics.SWEPT.labels(kind.type)
        for dependency in ("opensearch", "kafka"):
            metrics.UNAVAILABLE.labels("scheduler", dependency).set(0)

    async def polls(self) -> None:
        await self._publish(await tick(clock.now(), self._deps))

    async def overdue(self) -> None:
        found = await sweep(clock.now(), self._ledger, max(self._settings.retry_scale, LEAST_SWEEP_SCALE))
        await self._publish(found)
        for _, event in found:
            metrics.SWEPT.labels(event.type).inc()

    async def translations(self) -> None:
        most = self._own.untranslated_at_once
        found = await untranslated(clock.now(), self._pairs, self._waiting, self._under_way, most, self._quiet)
        await self._publish(found)
        for language, number in counted(found).items():
            metrics.UNTRANSLATED_AGAIN.labels(metrics.language_label(language)).inc(number)

    async def checks(self) -> None:
        found = await rechecks(clock.now(), self._ledger, self._own.rechecks_per_tick)
        await self._publish(found)
        metrics.RECHECKS.inc(len(found))

    async def ends(self) -> None:
        yields.show(await ends_of(self._sources, self._ledger))

    async def gauges(self) -> None:
        await measure(self._ledger, self._sources)

    async def retention(self) -> None:
        async for month in drop_months(self._search, clock.now(), self._own.keep_months):
            self._log.warning("month dropped", month=month.name, documents=month.documents)
            metrics.MONTHS_DROPPED.inc()

    async def settling(self) -> None:
        if month := await _at_leisure(settle_month(self._search, clock.now())):
            self._log.info("month laid together", month=month.name, documents=month.documents)

    async def shards(self) -> None:
        await _at_leisure(revive(self._search))

    async def search_figures(self) -> None:
        await _at_leisure(search_gauges.measure(self._search))

    async def kafka_figures(self) -> None:
        await _at_leisure(kafka_gauges.measure(self._settings))

    async def _quiet(self) -> bool:
        return sum((await lag(self._settings))["translator"].values()) < self._own.translators_quiet_below

    async def _publish(self, found: list[tuple[str, Event]]) -> None:
        await asyncio.gather(*(self._publisher.publish([event], source="scheduler", cause=cause) for cause, event in found))


async def measure(ledger: Ledger, sources: Sources) -> None:
    """Sets the gauges of the ledger and the sources. Raises Unavailable."""
    counts = await ledger.counts()
    for state in State:
        metrics.URLS.labels(state).set(counts.get(state, 0))
    # Counted there: to read 200,000 sources every 15 seconds would take all of them.
    healths = await sources.healths()
    for health in get_args(Health):
        metrics.SOURCES.labels(health).set(healths.get(health, 0))


async def ends_of(sources: Sources, ledger: Ledger) -> list[yields.Yield]:
    """Notes how the articles of each source ended lately; what each has yielded. Raises Unavailable."""
    now, found = clock.now(), list[yields.Yield]()
    async for page in sources.pages():
        page = await sources.note_ends(page, await ledger.ends(now - LATELY, [source.id for source in page]))
        # A tenth of a second's arithmetic for 1,000 sources.
        found += await asyncio.to_thread(yields.of_all, page, now, LATELY)
    return found


async def _at_leisure(work: Awaitable[T]) -> T:
    """What `work` gives. Raises Transient where a dependency is away: whoever needs it for work tells of that."""
    try:
        return await work
    except Unavailable as error:
        raise Transient(str(error)) from error
