"""The fetcher's composition root: `python -m services.fetcher`."""

import asyncio
from datetime import timedelta
from functools import partial

from services.fetcher import discovery
from services.fetcher.parsing import ListingReader
from services.fetcher.politeness import Politeness
from services.fetcher.polls import Poller
from services.fetcher.settings import FetcherSettings
from services.fetcher.stage import Deps, process
from services.fetcher.subscriptions import Subscriber
from services.fetcher.visit import Visitor
from shared import clock
from shared.http.client import MAX_REDIRECTS, GuardedClient
from shared.http.guard import AddressGuard, allow_list, literal_address
from shared.kafka.service import Consumer, run
from shared.search.client import connect
from shared.search.hosts import Hosts
from shared.search.ledger import Ledger
from shared.search.sources import Sources
from shared.search.takedowns import Takedowns
from shared.settings import Settings, load, shown
from shared.telemetry import logging, metrics

# The most exchanges of one visit: robots.txt and the page, each at the end of its redirects. Each has its own limits.
EXCHANGES = 2 * (MAX_REDIRECTS + 1)
# Of the window at most this part is for one registered domain: a slow host holds up no other.
OF_ONE_DOMAIN = 8


def main() -> None:
    """Runs the fetcher until it is told to stop."""
    settings, own = load(Settings), load(FetcherSettings)
    logging.configure("fetcher", settings)
    log = logging.get("fetcher")
    log.info("starting", settings={**shown(settings), **shown(own)})
    if not own.contact and not own.proxy:
        log.warning("BABELWIRE_FETCHER_CONTACT is not set: nothing beyond this machine will be fetched")
    asyncio.run(_run(settings, own))


async def _run(settings: Settings, own: FetcherSettings) -> None:
    for reason in discovery.REASONS:
        metrics.LINKS_DROPPED.labels(reason)
    search = connect(settings)
    guard = AddressGuard(allow_list(own.allow_private))
    client = GuardedClient(guard, user_agent=own.agent, limits=own.limits, proxy=own.proxy)
    politeness = Politeness(Hosts(search), clock.now)
    visitor = Visitor(
        client,
        politeness,
        clock.now,
        agent=own.user_agent,
        delay=own.host_delay,
        anonymous=not own.contact and not own.proxy,
        heeds=own.heed_reservations,
        is_local=lambda host, port: guard.allows(host, literal_address(host), port),
    )
    ledger, sources, reader = Ledger(search), Sources(search), ListingReader(own.max_body_bytes)
    subscriber = None
    if settings.websub_url and settings.websub_secret:
        key = settings.websub_secret.get_secret_value()
        subscriber = Subscriber(client, politeness, sources, settings.websub_url, key, clock.now)
    poller = Poller(visitor, ledger, sources, reader, clock.now, own.max_age, own.host_delay, subscriber)
    deps = Deps(visitor, poller, ledger, sources, clock.now, own.max_age, Takedowns(search).barred)
    consumer = Consumer(
        "fetcher",
        partial(process, deps=deps),
        window=own.window,
        per_key=own.window // OF_ONE_DOMAIN,
        deadline=timedelta(seconds=own.total_seconds * EXCHANGES),
        on_assigned=politeness.reassigned,
    )
    await run("fetcher", settings, own.listen, [consumer], on_stop=[client.aclose, reader.aclose, search.close])
