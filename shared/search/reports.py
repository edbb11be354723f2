"""What readers say is wrong with a translation: the site writes it, operators read it."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import IF_THERE, Entries

Complaint = Literal["meaning", "missing", "language", "names", "other"]
COMPLAINTS: dict[Complaint, str] = {
    "meaning": "It says something else than the original",
    "missing": "Something is missing, or said twice",
    "language": "Parts are not in English",
    "names": "A name or a number is wrong",
    "other": "Something else",
}
assert set(COMPLAINTS) == set(get_args(Complaint))
LONGEST = 1000  # characters of a reader's words
MOST = 100


class Report(BaseModel):
    """Nothing in it tells who sent it. `rendering` is that of the version complained of."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    article_id: str
    url: str
    title: str
    language: str
    engine: str | None = None
    rendering: int = 0
    complaint: Complaint
    words: Annotated[str, Field(max_length=LONGEST)] = ""
    at: AwareDatetime

    @property
    def id(self) -> str:
        """The same for the same complaint about the same version, however often it is sent."""
        said = f"{self.article_id} {self.rendering} {self.complaint} {self.words}"
        return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:32]


class Reports:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._entries = Entries(client, names.REPORTS, Report)

    async def add(self, report: Report) -> bool:
        """Keeps the report; False where it was known."""
        return bool(await self._entries.create({report.id: report}))

    async def latest(self, size: int, since: datetime | None = None) -> list[Report]:
        """At most 100 reports, the newest first."""
        query = {"range": {"at": {"gte": clock.iso(since)}}} if since else {"match_all": {}}
        body = {"size": min(size, MOST), "query": query, "sort": [{"at": "desc"}]}
        return await self._entries.search(body, if_there=True)

    async def count(self, now: datetime, within: timedelta) -> int:
        """How many there are from the time `within` before `now`."""
        body = {"query": {"range": {"at": {"gte": clock.iso(now - within)}}}}
        async with guarded():
            answer = await self._client.count(index=names.REPORTS, body=body, params=IF_THERE)
        return int(answer["count"])
