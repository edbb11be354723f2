"""The dead-letter breaker: a bad deploy must not drain a topic into its dead letters (after arroyo's `DlqLimit`).

It opens when dead letters come in too long a run or are too large a share of the last items. Open, it stays open until
the process is started again; then it is half open, with a budget of one dead letter before the first good item.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum


class BreakerState(Enum):
    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True)
class BreakerLimits:
    """`run` dead letters in a row, or more than `ratio` of the last `window` items, open the breaker."""

    run: int = 20
    ratio: float = 0.5
    window: int = 100


@dataclass
class Breaker:
    limits: BreakerLimits = field(default_factory=BreakerLimits)
    state: BreakerState = BreakerState.CLOSED
    _run: int = 0
    _recent: deque[bool] = field(default_factory=deque)

    def good(self) -> None:
        """An item ended otherwise than as a dead letter."""
        if self.state is BreakerState.HALF_OPEN:
            self.state = BreakerState.CLOSED
        self._run = 0
        self._remember(False)

    def may_dead_letter(self) -> bool:
        """Whether one more dead letter may be written; opens the breaker when not. Counts it when it may."""
        if self.state is BreakerState.OPEN:
            return False
        if self.state is BreakerState.HALF_OPEN and self._run >= 1:
            self.state = BreakerState.OPEN
            return False
        self._remember(True)
        share = sum(self._recent) / self.limits.window
        if self._run >= self.limits.run or share > self.limits.ratio:
            self.state = BreakerState.OPEN
            return False
        self._run += 1
        return True

    def half_open(self) -> None:
        """The process has been started again after the breaker had opened."""
        self.state = BreakerState.HALF_OPEN
        self._run = 0
        self._recent.clear()

    def _remember(self, dead: bool) -> None:
        self._recent.append(dead)
        while len(self._recent) > self.limits.window:
            self._recent.popleft()
