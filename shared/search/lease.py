"""Who may write: of several workers the one that claimed last.

A claim counts the epoch up by compare-and-set, and an epoch's holder looks it up right before it writes. What is on its way
to OpenSearch when its writer is stalled is stopped there: entries are written with the epoch as their version, and over a
higher one a lower one is refused.
"""

from dataclasses import dataclass

from opensearchpy import AsyncOpenSearch
from pydantic import BaseModel, ConfigDict

from shared.errors import Fenced
from shared.search import names
from shared.search.entries import Entries, rounds

FIRST = 1_000_000  # above every version that OpenSearch counted in entries written without an epoch


class Claim(BaseModel):
    """The latest claim: its epoch, and how to know its holder in a log."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    epoch: int
    holder: str


class Lease:
    """The right to do the work `name`. Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, name: str, holder: str) -> None:
        self._claims = Entries(client, names.LEASES, Claim)
        self._name = name
        self._holder = holder

    async def claim(self) -> "Turn":
        """Takes the right away from whoever has it; the new turn's epoch is higher than all before."""
        async for _ in rounds(names.LEASES):
            standing = (await self._claims.read([self._name])).get(self._name)
            if standing is None:
                mine = Claim(epoch=FIRST, holder=self._holder)
                won = await self._claims.create({self._name: mine})
            else:
                mine = Claim(epoch=standing.entry.epoch + 1, holder=self._holder)
                won = await self._claims.replace({self._name: (standing, mine)})
            if won:
                return Turn(self, mine.epoch)
        raise AssertionError("rounds() ends by raising")

    async def check(self, epoch: int) -> None:
        """Raises Fenced unless `epoch` is the latest, as it stands this moment."""
        standing = (await self._claims.read([self._name])).get(self._name)
        if standing is None or standing.entry.epoch != epoch:
            raise Fenced(self._name, epoch)


@dataclass(frozen=True)
class Turn:
    """The right to write, until another claims it."""

    lease: Lease
    epoch: int

    async def check(self) -> None:
        """Raises Fenced when the turn is over."""
        await self.lease.check(self.epoch)
