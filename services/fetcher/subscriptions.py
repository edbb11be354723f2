"""Subscriptions with the hubs that feeds name (WebSub): asked for and renewed at polls, answered at the web service.

Polling goes on all the while. Where pushes arrive it takes an hour's rest, and where they do not it is as before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from services.fetcher.feeds import absolute
from services.fetcher.listings import Listing
from services.fetcher.politeness import Politeness
from services.fetcher.visit import host_of
from shared import ids, websub
from shared.errors import Ended, Transient
from shared.http.client import Answer, GuardedClient
from shared.item import NoDeadline
from shared.search.sources import Feed, Sources
from shared.telemetry import metrics

LEASE = timedelta(days=10)
RENEWED_BEFORE = timedelta(days=2)  # its end; feeds are polled once a day at least
ASKED_AGAIN = timedelta(days=1)  # after a hub that did not answer, or did not verify
PAUSE = timedelta(seconds=1)  # between two requests to one hub, which may serve many feeds
RESTS = timedelta(hours=1)  # how rarely a feed is polled whose pushes arrive


@dataclass(frozen=True)
class Hub:
    """Where a feed may be subscribed to, and under which name."""

    url: str
    topic: str


def hub_of(answer: Answer, listing: Listing) -> Hub | None:
    """The hub that an answer's header Link names, or the feed itself (§4); the header comes first."""
    links = httpx.Response(200, headers=answer.headers).links
    hub = absolute(links.get("hub", {}).get("url"), answer.url) or listing.hub
    topic = absolute(links.get("self", {}).get("url"), answer.url) or listing.topic or answer.url
    return Hub(hub, topic) if hub else None


def is_due(feed: Feed, hub: Hub, now: datetime) -> bool:
    """Whether to ask `hub` for a subscription, the first or the next."""
    if (feed.hub, feed.topic) != (hub.url, hub.topic):
        return True
    if feed.subscribed_until and feed.subscribed_until - now > RENEWED_BEFORE:
        return False
    return feed.subscribed_at is None or now - feed.subscribed_at >= ASKED_AGAIN


def rest(feed: Feed, fresh: bool, now: datetime) -> timedelta:
    """For how long the feed need not be polled: an hour while pushes arrive. News that none announced disproves that."""
    live = feed.subscribed_until is not None and feed.subscribed_until > now and feed.pushed_at is not None
    unannounced = fresh and feed.pushed_at and feed.last_polled_at and feed.pushed_at < feed.last_polled_at
    return RESTS if live and not unannounced else timedelta(0)


@dataclass(frozen=True)
class Subscriber:
    """`base`: the web service's public address; `key`: what secrets are made of."""

    client: GuardedClient
    politeness: Politeness
    sources: Sources
    base: str
    key: str
    clock: Callable[[], datetime]

    async def renew(self, source_id: str, feed: Feed, hub: Hub) -> None:
        """Asks for a subscription where one is due. Whatever goes wrong at the hub's end is counted, and asked again later.

        Raises Unavailable.
        """
        if not is_due(feed, hub, self.clock()):
            return
        feed_id = ids.url_id(feed.url)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": hub.topic,
            "hub.callback": websub.callback(self.base, source_id, feed_id),
            "hub.lease_seconds": str(round(LEASE.total_seconds())),
            "hub.secret": websub.secret(self.key, feed_id, hub.topic),
        }
        try:
            self.client.check(hub.url)
            async with self.politeness.turn(host_of(hub.url), PAUSE, NoDeadline()):
                # Noted before it is asked, for the hub may call back before it answers.
                await self.sources.subscribing(source_id, feed.url, hub.url, hub.topic, self.clock())
                answer = await self.client.post(hub.url, form)
        except (Ended, Transient):
            metrics.SUBSCRIPTIONS.labels("no answer").inc()
        else:
            metrics.SUBSCRIPTIONS.labels("asked" if 200 <= answer.status < 300 else "refused").inc()
