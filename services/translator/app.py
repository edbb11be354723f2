"""Builds the translator and runs it."""

import asyncio
import sys
from datetime import timedelta
from functools import partial

import structlog

from services.translator import guards
from services.translator.announcing import announce, offered
from services.translator.bad_setting import BadSetting
from services.translator.equipment import Equipment, equipment
from services.translator.memory import memory
from services.translator.settings import TranslatorSettings
from services.translator.stage import Deps, process
from shared.kafka.service import Consumer, run
from shared.search.client import connect
from shared.search.pairs import Pairs
from shared.settings import Settings, load, shown
from shared.telemetry import logging, metrics

WINDOW = 32
# What an article needs besides its engine: language, sentences, markup, and a worker that has to be started again.
MARGIN_SECONDS = 60.0


def main() -> None:
    shared, own = load(Settings), load(TranslatorSettings)
    logging.configure("translator", shared)
    try:
        tools = equipment(own)
    except BadSetting as error:
        sys.stderr.write(f"babelwire: setting {error}\n")
        raise SystemExit(2) from None
    asyncio.run(serve(shared, own, tools))


async def serve(shared: Settings, own: TranslatorSettings, tools: Equipment) -> None:
    log = structlog.get_logger(stage="translator")
    engines = tools.engines
    for each in engines:
        metrics.ENGINE_COST.labels(each.name)
        for guard in guards.NAMES:
            metrics.GUARD_FAILURES.labels(each.name, guard)
    log.info("settings", **shown(own))
    log.info("models", languages=sorted(offered(engines)), engines=[each.name for each in engines])
    deps = Deps(
        engines=engines,
        memory=memory(own),
        turns=asyncio.Semaphore(own.workers + 1),  # one more, so that no worker waits while an article is put together
        seconds=own.article_seconds,
        words=tools.words,
        routes=tools.routes,
        overloaded=lambda: consumer.lag > own.shed_above,
    )
    consumer = Consumer(
        "translator",
        partial(process, deps=deps),
        window=WINDOW,
        deadline=timedelta(seconds=own.article_seconds + MARGIN_SECONDS),
    )
    search = connect(shared)

    async def announcing() -> None:
        await announce(deps.engines, Pairs(search))

    closing = [*(each.close for each in engines), search.close]
    await run("translator", shared, own.listen, [consumer], background=[announcing], on_stop=closing)
