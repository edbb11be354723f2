"""The funnel: how many URLs were discovered, where they are now, and how they ended."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from opensearchpy import AsyncOpenSearch
from rich.table import Table
from rich.text import Text

from shared.errors import State
from shared.kafka.admin import lag
from shared.search.ledger import Ledger
from shared.settings import Settings
from shared.topics import POLLS

# Consumer group to what its waiting messages are, in the order of an article's way.
STAGES = {
    "fetcher": "to fetch",
    "extractor": "to extract",
    "translator": "to translate",
    "indexer": "to index",
    "trends": "to count in trends",
}


@dataclass(frozen=True)
class Funnel:
    """`states` counts URLs by state; `lag` messages not yet handled by consumer group, returners included. `polls` stands
    apart: feeds are polled for ever, so waiting polls say nothing about what has been discovered."""

    states: Mapping[str, int]
    lag: Mapping[str, int]
    polls: int = field(default=0, compare=False)
    at: float = field(default_factory=time.monotonic, compare=False)

    @property
    def discovered(self) -> int:
        """By construction the sum of all states."""
        return sum(self.states.values())

    @property
    def messages(self) -> int:
        return sum(self.lag.values())

    @property
    def in_flight(self) -> int:
        """URLs that have not ended."""
        return self.states.get(State.QUEUED, 0)

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way."""
        return not self.in_flight and not self.messages


async def read(client: AsyncOpenSearch, settings: Settings) -> Funnel:
    """The funnel now. Raises Unavailable."""
    waiting = await lag(settings)
    states = await Ledger(client).counts()
    polls = sum(topics.pop(POLLS.name, 0) for topics in waiting.values())
    return Funnel(states, {group: sum(topics.values()) for group, topics in waiting.items()}, polls)


def line(funnel: Funnel) -> str:
    """The funnel in one line, for logs."""
    parts = [f"discovered {funnel.discovered}"]
    parts += [f"{state} {count}" for state, count in _ordered(funnel.states)]
    waiting = [f"{group} {count}" for group, count in funnel.lag.items() if count]
    return ", ".join(parts) + (f"; waiting: {', '.join(waiting)}" if waiting else "")


def table(funnel: Funnel, title: str, note: str, programs: Mapping[str, str]) -> Table:
    """The funnel as it is shown live in a terminal, with the programs that do not run named in red."""
    grid = Table(title=title, title_style="bold", caption=note, box=None, padding=(0, 2), show_header=False)
    grid.add_column(justify="right")
    grid.add_column()
    grid.add_row(Text(str(funnel.discovered), "bold"), "discovered")
    grid.add_row(Text(str(funnel.polls), "dim"), Text("feeds to poll", "dim"))
    for group, words in STAGES.items():
        count = funnel.lag.get(group, 0) + funnel.lag.get(f"{group}.returner", 0)
        grid.add_row(Text(str(count), "yellow" if count else "dim"), Text(words, "" if count else "dim"))
    for state, count in _ordered(funnel.states):
        grid.add_row(Text(str(count), "green" if state == State.INDEXED else ""), Text(state.replace("_", " ")))
    for name, state in programs.items():
        if state != "RUNNING":
            grid.add_row("", Text(f"{name}: {state.lower()}", "red"))
    return grid


def _ordered(states: Mapping[str, int]) -> list[tuple[str, int]]:
    """As `State` lists them."""
    return [(state.value, states[state]) for state in State if states.get(state)]
