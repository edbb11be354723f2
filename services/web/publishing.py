"""Tells the hub that the feeds name when there is news in them, so that who subscribed hears of it at once.

WebSub leaves to hubs how publishers tell them; what is sent is what they take in practice: a form with `hub.mode=publish`
and a `hub.url` for each feed. Every process of the site tells it, and the hub reads the feed again as often.
"""

import asyncio
from typing import Protocol

import httpx
from opensearchpy import TransportError

from services.web.feeds import FORMS
from services.web.queries import Wanted
from services.web.store import Listing
from shared.errors import Unavailable
from shared.telemetry import logging

LOOK_SECONDS = 15.0
ANSWER_SECONDS = 10.0


class Lists(Protocol):
    """What is asked of a store."""

    async def listing(self, wanted: Wanted, size: int) -> Listing: ...


class Publishing:
    """Looks at the newest `size` articles of `store`, which are those of the feeds of all news below `root`."""

    def __init__(
        self, hub: str, root: str, store: Lists, size: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._hub, self._store, self._size, self._transport = hub, store, size, transport
        self._form = {"hub.mode": "publish", "hub.url": [f"{root}/feeds/all.{form}" for form in FORMS]}
        self._told: tuple[str, ...] | None = None
        self._log = logging.get("web")

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Tells the hub if there is other news than it was told of; what it does not take it is told at the next look."""
        try:
            newest = tuple([one.article.article_id for one in (await self._store.listing(Wanted(), self._size)).found])
            if newest == self._told:
                return
            if self._told is not None:  # what was there at the start the hub knows, or a subscriber has read
                await self._tell()
            self._told = newest
        except (Unavailable, TransportError):
            return
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._log.warning("the hub was not told", hub=self._hub, error=str(error) or type(error).__name__)

    async def _tell(self) -> None:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, transport=self._transport) as client:
            (await client.post(self._hub, data=self._form)).raise_for_status()
