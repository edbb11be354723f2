"""What operators say of terms: never to trend, or looked at and fine. The console writes it, the trends worker reads it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.search import names
from shared.search.entries import Entries

Verdict = Literal["blocked", "fine"]
MOST = 10_000


class Rule(BaseModel):
    """`term` as the operator wrote it; terms that differ in capitals or spaces only are the same."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    term: str
    verdict: Verdict
    at: AwareDatetime


def folded(term: str) -> str:
    """The form in which terms are the same."""
    return " ".join(term.casefold().split())


class TermRules:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._entries = Entries(client, names.TREND_RULES, Rule)

    async def say(self, terms: Iterable[str], verdict: Verdict, at: datetime) -> None:
        """Says `verdict` of each term, whatever was said before; it is found at once."""
        await self._entries.put_all({_id(term): Rule(term=term, verdict=verdict, at=at) for term in terms})
        await self._entries.refresh()

    async def all(self) -> list[Rule]:
        """What was said, the latest first; at most 10,000."""
        body: dict[str, Any] = {"size": MOST, "query": {"match_all": {}}, "sort": [{"at": "desc"}]}
        return await self._entries.search(body, if_there=True)

    async def blocked(self) -> frozenset[str]:
        """The terms that never trend, folded."""
        return frozenset(folded(rule.term) for rule in await self.all() if rule.verdict == "blocked")


def _id(term: str) -> str:
    return hashlib.sha256(folded(term).encode()).hexdigest()[:32]
