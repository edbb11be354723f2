"""Telling the others what can be translated here, so that articles that waited for it are sent again."""

import asyncio
from collections.abc import Sequence

import structlog

from services.translator import language
from services.translator.engine import Engine
from shared import clock
from shared.errors import Unavailable
from shared.search.pairs import Pairs

ENGLISH = "en"
LOOK_SECONDS = 5.0
TELL_SECONDS = 120.0  # well within the ten minutes after which a pair lapses


def offered(engines: Sequence[Engine]) -> dict[str, str]:
    """Language to the name and version of the engine that translates from it at present."""
    found: dict[str, str] = {}
    for tongue in language.known():
        for engine in engines:
            if tongue != ENGLISH and (version := engine.version(tongue)):
                found[tongue] = f"{engine.name} {version}"
                break
    return found


async def announce(
    engines: Sequence[Engine], pairs: Pairs, *, look: float = LOOK_SECONDS, tell: float = TELL_SECONDS
) -> None:
    """Says so at once whenever it changes, and every `tell` seconds. Runs until cancelled; while OpenSearch is away it tries
    on, for translating does not need it."""
    log = structlog.get_logger(stage="translator")
    loop = asyncio.get_running_loop()
    told: dict[str, str] = {}
    told_at, away = -tell, False
    while True:
        found = await asyncio.to_thread(offered, engines)
        if found != told or loop.time() - told_at >= tell:
            try:
                await pairs.announce(found, clock.now())
            except Unavailable as error:
                if not away:
                    log.warning("cannot say what is translated here; trying on", error=str(error))
                away = True
            else:
                if found != told:
                    log.info("translates", engines=found)
                told, told_at, away = found, loop.time(), False
        await asyncio.sleep(look)
