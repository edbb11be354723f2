"""What the services find when they start: topics, index templates and, in the demo, the newsroom's outlets as sources.

`python -m console.setup [--newsroom ADDRESS]`, for containers; natively `babelwire up` does the same. Idempotent.
"""

import argparse
import asyncio
import sys

import httpx
import stamina

from console.demo import Newsroom
from shared.errors import Unavailable
from shared.kafka.admin import apply_topics
from shared.search import templates
from shared.search.client import connect
from shared.search.sources import Sources
from shared.settings import Settings, load
from shared.telemetry import logging

PATIENCE_SECONDS = 120.0  # an engine that calls itself healthy may still be electing a leader


def main(arguments: list[str] | None = None) -> int:
    """The exit status; 1, and one line, when an engine or the newsroom stays away."""
    parser = argparse.ArgumentParser(prog="python -m console.setup", description=__doc__.splitlines()[0])
    parser.add_argument("--newsroom", metavar="ADDRESS", help="control server of a newsroom, whose outlets become sources")
    given = parser.parse_args(arguments)
    settings = load(Settings)
    logging.configure("setup", settings)
    try:
        asyncio.run(_set_up(settings, given.newsroom))
    except (Unavailable, httpx.HTTPError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


@stamina.retry(on=(Unavailable, httpx.TransportError), attempts=None, timeout=PATIENCE_SECONDS, wait_max=5.0)
async def _set_up(settings: Settings, newsroom: str | None) -> None:
    log = logging.get("setup")
    client = connect(settings)
    try:
        created, _ = await asyncio.gather(apply_topics(settings), templates.apply(client, settings))
        log.info("topics and indices are there", new=created)
        if newsroom:
            async with Newsroom(newsroom) as press:
                added, known = await Sources(client).add(await press.sources())
            log.info("sources imported", added=added, known=known)
    finally:
        await client.close()


if __name__ == "__main__":
    sys.exit(main())
