"""One message in a stage's hands."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from shared.events import Event

E = TypeVar("E", bound=Event)


class Deadline(Protocol):
    """How long an item may be worked on. Deadlines count work, not waiting."""

    def waiting(self) -> AbstractContextManager[None]:
        """`with deadline.waiting():` stops the clock while the item waits for its turn."""


class NoDeadline:
    """For tests and for the console: work as long as it takes."""

    @contextmanager
    def waiting(self) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Item(Generic[E]):
    """`attempt` counts deliveries through the retry topics, from 1; `ce_id` is the message's CloudEvents id."""

    event: E
    ce_id: str
    attempt: int = 1
    deadline: Deadline = field(default_factory=NoDeadline)
