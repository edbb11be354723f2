"""A service with a stage that does what a page's path tells it to; the runner's tests start, stop and kill it.

    /ok/…            works for a log-normal time around STAGE_MS
    /straggler/…     works for 3 s
    /hang/…          never ends at the first delivery, ends at once at the next
    /hold/…          does not end before the file STAGE_HOLD is gone
    /poison/…        is Poison, unless STAGE_REPAIRED is set

While the file STAGE_AWAY exists, its dependency is down for everyone. Each item ends as an outcome `not_article`; at once,
if it is not of STAGE_RUN but what an earlier test left, so that one failure stays one.
"""

import asyncio
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from shared import clock
from shared.errors import Poison, State, Unavailable
from shared.events import Event, Outcome
from shared.item import Item
from shared.kafka.breaker import Breaker, BreakerLimits
from shared.kafka.service import Consumer, run
from shared.settings import Settings, load
from shared.telemetry import logging

STAGE_MS = float(os.environ.get("STAGE_MS", "20"))
AWAY = Path(os.environ.get("STAGE_AWAY", "/nonexistent"))
HOLD = Path(os.environ.get("STAGE_HOLD", "/nonexistent"))
REPAIRED = "STAGE_REPAIRED" in os.environ
PER_KEY = int(os.environ.get("STAGE_PER_KEY", "0")) or None
RUN = os.environ.get("STAGE_RUN", "")
DEADLINE = float(os.environ.get("STAGE_DEADLINE", "30"))


async def process(item: Item[Event]) -> list[Event]:
    event = item.event
    kind = urlsplit(event.url).path.split("/")[1] if RUN in event.url else "left"
    if AWAY.exists():
        raise Unavailable("dependency", "down for the test")
    if kind == "poison" and not REPAIRED:
        raise Poison("told to be")
    if kind == "hang" and item.attempt == 1:
        await asyncio.Event().wait()
    while kind == "hold" and HOLD.exists():
        await asyncio.sleep(0.02)
    if kind != "left":
        await asyncio.sleep(3 if kind == "straggler" else STAGE_MS / 1000 * random.lognormvariate(0, 0.5))
    return [
        Outcome(
            url_id=event.url_id, url=event.url, source_id=event.source_id, attempt=event.attempt,
            state=State.NOT_ARTICLE, reason="test", stage="test", at=clock.now(),
        )
    ]  # fmt: skip


if __name__ == "__main__":
    settings = load(Settings)
    logging.configure("stage", settings)
    consumer = Consumer(
        sys.argv[1],
        process,
        window=64,
        per_key=PER_KEY,
        deadline=timedelta(seconds=DEADLINE),
        breaker=Breaker(BreakerLimits(run=5)),
    )
    asyncio.run(run("stage", settings, f"127.0.0.1:{sys.argv[2]}", [consumer]))
