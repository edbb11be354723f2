"""A deadline that counts work, not waiting."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class WorkDeadline:
    """`async with WorkDeadline(seconds) as deadline:` raises TimeoutError in the body when the work takes longer.

    `with deadline.waiting():` stops the clock, for a politeness delay or a dependency that is away.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._timeout = asyncio.timeout(seconds)
        self._waiters = 0
        self._stopped_at = 0.0

    async def __aenter__(self) -> "WorkDeadline":
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        if self._waiters == 0:
            self._stopped_at = loop.time()
            ends = self._timeout.when()
            self._left = (ends - self._stopped_at) if ends is not None else self._left
            self._timeout.reschedule(None)
        self._waiters += 1
        try:
            yield
        finally:
            self._waiters -= 1
            if self._waiters == 0 and not self._timeout.expired():
                self._timeout.reschedule(loop.time() + self._left)

    @property
    def overdue_seconds(self) -> float:
        """How far past its end the work is; 0 while it is in time or waiting."""
        ends = self._timeout.when()
        return max(0.0, asyncio.get_running_loop().time() - ends) if ends is not None else 0.0
