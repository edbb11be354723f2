"""Every error a stage may raise, and what the runner does with it.

    BabelwireError
    ├── Permanent            never works: the named terminal state, else a dead letter
    │   ├── Ended            a named terminal state of the URL (`gone`, `too_large`, …); no dead letter
    │   └── Poison           the message itself is broken: a dead letter
    ├── Transient            may work later: the next retry topic, then a dead letter
    │   └── Wait             not a failure: try again later without counting an attempt
    ├── Unavailable          a dependency is down for everyone: stop consuming, park nothing
    └── Fenced               another worker has taken this one's work over: write nothing more

A stage raises these and nothing else on purpose. Whatever else escapes a stage is a defect; the runner treats it as
`Transient`, so that a bad deploy fills the retry topics and trips the breaker instead of losing news.
"""

from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """The states of a URL in the ledger (DESIGN §3). All but `queued` are terminal."""

    QUEUED = "queued"
    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    NOT_ARTICLE = "not_article"
    DISALLOWED = "disallowed"
    GONE = "gone"
    TOO_LARGE = "too_large"
    TOO_OLD = "too_old"
    BLOCKED = "blocked"
    RIGHTS = "rights"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


class BabelwireError(Exception):
    """Root of the tree above."""


class Permanent(BabelwireError):
    """Never works, however often it is tried."""


class Ended(Permanent):
    """The URL has reached a named terminal state; `reason` is a short fixed phrase such as `http 404`."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(f"{state}: {reason}")
        self.state = state
        self.reason = reason


class Poison(Permanent):
    """The message cannot be read or processed by any version of this stage."""


class Transient(BabelwireError):
    """This item may work later. `after` asks for at least that long a wait; `state` and `reason` name how the URL ends
    when the attempts are used up (without a state it ends `failed`, with a dead letter)."""

    def __init__(self, reason: str, *, after: timedelta | None = None, state: State | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.state = state


class Wait(Transient):
    """The item is fine but its turn has not come (a busy host); the wait is not counted as an attempt."""


class Unavailable(BabelwireError):
    """A dependency (`what`, such as `opensearch`) is down for every item."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason


class Fenced(BabelwireError):
    """Another worker has taken over the work `what`; what the holder of `epoch` still wants to write is stale."""

    def __init__(self, what: str, epoch: int) -> None:
        super().__init__(f"{what}: epoch {epoch} is over")
        self.what = what
        self.epoch = epoch
