"""What politeness must not forget when a host changes hands: back-off and robots.txt (DESIGN §4 rule 9)."""

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.search import names
from shared.search.entries import Entries


class HostState(BaseModel):
    """`host` is the host with its port where that is not the default; `robots` the text of robots.txt as fetched, None
    where it is not known; `next_at` the earliest next request; `ai_txt` and `tdmrep` the texts of those files, empty where
    there is none, known until `reservations_until`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: str
    next_at: AwareDatetime | None = None
    backoff_seconds: float = 0.0
    failures: int = 0
    robots: str | None = None
    robots_until: AwareDatetime | None = None
    ai_txt: str = ""
    tdmrep: str = ""
    reservations_until: AwareDatetime | None = None


class Hosts:
    """Both raise Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._entries = Entries(client, names.HOSTS, HostState)

    async def get(self, host: str) -> HostState | None:
        """What is known of `host`, or None."""
        return await self._entries.get(host)

    async def put(self, state: HostState) -> None:
        """Writes the state; the partition's owner is the only one who does."""
        await self._entries.put(state.host, state)
