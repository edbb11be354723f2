"""The gate in front of a dependency that is down for everyone: all wait, one at a time tries, success lets all through."""

import asyncio
from collections.abc import Callable

from shared.errors import Unavailable

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0


class Gate:
    """`on_change(dependency, shut)` is told of every closing and opening."""

    def __init__(self, on_change: Callable[[str, bool], None] = lambda dependency, shut: None) -> None:
        self._on_change = on_change
        self._open = asyncio.Event()
        self._open.set()
        self._probe = asyncio.Lock()
        self._pause = FIRST_PAUSE_SECONDS
        self.reason: Unavailable | None = None

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    async def passed(self) -> bool:
        """Waits until the gate is open (answers False), or until it is this caller's turn to try (answers True).

        Whoever was let through to try must call `opened` or `shut`, or `left` when it was cancelled.
        """
        while not self._open.is_set():
            turn = asyncio.create_task(self._probe.acquire())
            opened = asyncio.create_task(self._open.wait())
            try:
                await asyncio.wait({turn, opened}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._probe.release()
                raise
            finally:
                opened.cancel()
                if not turn.done():
                    turn.cancel()
            if not turn.done() or turn.cancelled():
                continue
            if self._open.is_set():
                self._probe.release()
                return False
            try:
                await asyncio.sleep(self._pause)
            except asyncio.CancelledError:
                self._probe.release()
                raise
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            return True
        return False

    def left(self) -> None:
        """The caller that tried gives its turn back without an answer."""
        if self._probe.locked():
            self._probe.release()

    def shut(self, reason: Unavailable, tried: bool) -> None:
        """The dependency did not answer; `tried` is what `passed` answered to this caller."""
        if self._open.is_set():
            self._open.clear()
            self._pause = FIRST_PAUSE_SECONDS
            self._on_change(reason.what, True)
        self.reason = reason
        if tried:
            self.left()

    def opened(self, tried: bool) -> None:
        """The dependency answered."""
        if not self._open.is_set() and tried:
            self._open.set()
            self._on_change(self.reason.what if self.reason else "", False)
            self.reason = None
        if tried:
            self.left()
