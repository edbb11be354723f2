"""What every page needs is asked for once for all of them: an answer is good for some seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 64  # answers; only what is the same for all pages belongs here


class Memory:
    """Remembers each of the `most` answers last fetched for `seconds`. While one is being fetched, all who want it wait for
    that one."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._seconds, self._now, self._most = seconds, now, most
        self._answers: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to `key`: as remembered, or what `ask` gives. A failure is told to all who wait and not remembered."""
        known = self._answers.get(key)
        if known is None or self._now() - known[0] >= self._seconds:
            if len(self._answers) >= self._most:
                self._answers.pop(next(iter(self._answers)))
            known = self._answers[key] = (self._now(), asyncio.ensure_future(_asked(ask)))
            known[1].add_done_callback(lambda done: self._ended(key, done))
        # Shielded: whoever asked first may leave.
        answer: T = await asyncio.shield(known[1])
        return answer

    def _ended(self, key: Hashable, done: "asyncio.Task[Any]") -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed and key in self._answers and self._answers[key][1] is done:
            del self._answers[key]


async def _asked(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
