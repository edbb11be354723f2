"""The trends worker's composition root: `python -m services.trends`."""

import asyncio
import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from services.trends.assigning import Assigning
from services.trends.counting import Counting
from services.trends.scoring import Floors
from services.trends.settings import TrendsSettings
from services.trends.stage import process
from services.trends.story_trends import StoryTrends
from services.trends.watch import Watch
from shared import clock
from shared.events import Trend
from shared.kafka.service import Consumer, Publisher, run
from shared.search.client import connect
from shared.search.lease import Lease
from shared.search.sources import Sources
from shared.search.trend_rules import TermRules
from shared.search.trends import Trends
from shared.settings import Settings, load, shown
from shared.telemetry import logging

WINDOW = 512  # a wake-up call costs nothing
DEADLINE = timedelta(seconds=10)


def main() -> None:
    """Runs the trends worker until it is told to stop."""
    settings, own = load(Settings), load(TrendsSettings)
    logging.configure("trends", settings)
    logging.get("trends").info("starting", settings={**shown(settings), **shown(own)})
    asyncio.run(_run(settings.model_copy(update={"kafka_session_seconds": own.session_seconds}), own))


async def _run(settings: Settings, own: TrendsSettings) -> None:
    client = connect(settings)
    async with Publisher(settings) as publisher:

        async def publish(trends: Sequence[Trend]) -> None:
            if trends:
                await publisher.publish(trends, source="trends", cause=clock.iso(trends[0].at))

        watch = Watch(
            Assigning(client, timedelta(hours=own.story_hours)),
            Counting(client, timedelta(hours=own.window_hours), own.baseline_days),
            StoryTrends(client, timedelta(hours=own.window_hours)),
            Trends(client),
            TermRules(client),
            Sources(client),
            publish,
            floors=Floors(own.min_articles, own.min_sources),
            most=own.most,
            window_hours=own.window_hours,
            tick=own.tick_seconds,
            settle=settings.refresh_seconds,
            lease=Lease(client, "trends", f"{socket.gethostname()}:{os.getpid()}"),
            patience=3.0 * own.session_seconds,
        )
        consumer = Consumer("trends", partial(process, watch=watch), window=WINDOW, deadline=DEADLINE)
        await run(
            "trends",
            settings,
            own.listen,
            [consumer],
            publisher=publisher,
            background=[partial(watch.run, consumer.assigned)],
            on_stop=[client.close],
        )
