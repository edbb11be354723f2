"""Doing the same again and again, whether or not it works."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.errors import Transient, Unavailable
from shared.telemetry import metrics

STALLED_SECONDS = 60.0
AGAIN_SECONDS = 10.0  # what a dependency kept from being done is tried again, however seldom it is done else


class Rhythm:
    """Does `work` every `seconds`; while a dependency is away it goes on trying, more often if that is seldom, and says so
    once.

    It tells the health routes how it is: live while it turns, ready while it works.
    """

    def __init__(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._log = structlog.get_logger(stage="scheduler")
        self._turned: float | None = None
        self._trouble: str | None = "has not begun"

    async def run(self) -> None:
        """Runs until cancelled; what is no known error ends it."""
        loop = asyncio.get_running_loop()
        while True:
            self._turned = loop.time()
            try:
                await self._work()
            except Unavailable as error:
                self._note(str(error), error.what)
            except Transient as error:
                self._log.warning("not done this time", work=self._name, error=str(error))
            else:
                self._note(None)
            await asyncio.sleep(min(self._seconds, AGAIN_SECONDS) if self._trouble else self._seconds)

    def not_live(self) -> str | None:
        if self._turned is None:
            return None
        still = asyncio.get_running_loop().time() - self._turned
        return f"{self._name} stands still for {still:.0f} s" if still > STALLED_SECONDS + self._seconds else None

    def not_ready(self) -> str | None:
        return f"{self._name}: {self._trouble}" if self._trouble else None

    def _note(self, trouble: str | None, dependency: str = "") -> None:
        if trouble and not self._trouble:
            self._log.warning("waits for a dependency", work=self._name, error=trouble)
        if dependency:
            metrics.UNAVAILABLE.labels("scheduler", dependency).set(1)
        elif self._trouble:
            for name in ("opensearch", "kafka"):
                metrics.UNAVAILABLE.labels("scheduler", name).set(0)
        self._trouble = trouble
