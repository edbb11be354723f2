"""What trends now, and what did: the trends worker writes it, the web service reads it."""

from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries

CURRENT = "current"  # the id of the one document that holds the present state
MOST = 100


class Board(BaseModel):
    """The trends at `at`, the strongest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: AwareDatetime
    trends: tuple[Trend, ...] = ()


class _Past(Trend):
    """A trend as it stood last in an hour; its id is the trend's with the hour, so an hour has one of each."""

    hour: datetime
    rank: int


class Trends:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._boards = Entries(client, names.TRENDS, Board)
        self._past = Entries(client, names.TRENDS, _Past)

    async def write(self, board: Board, epoch: int | None = None) -> None:
        """Makes `board` the present one, and part of its hour's history, except over what a later `epoch` wrote."""
        hour = board.at.replace(minute=0, second=0, microsecond=0)
        past = {
            f"{trend.trend_id}-{hour:%Y%m%d%H}": _Past(**trend.model_dump(), hour=hour, rank=rank)
            for rank, trend in enumerate(board.trends, start=1)
        }
        await self._past.put_all(past, epoch)
        await self._boards.put_all({CURRENT: board}, epoch)

    async def current(self) -> Board | None:
        """The board as last written, read by id and so without refresh lag; None before the first."""
        return await self._boards.get(CURRENT)

    async def of_hour(self, moment: datetime) -> list[Trend]:
        """What trended in the hour of `moment`, the strongest first."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        query: dict[str, Any] = {"range": {"hour": {"gte": clock.iso(hour), "lt": clock.iso(hour + timedelta(hours=1))}}}
        async with guarded():
            answer = await self._client.search(
                index=names.TRENDS, body={"size": MOST, "query": query, "sort": [{"score": "desc"}, "trend_id"]}
            )
        return [Trend.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]

    async def since(self, since: datetime, size: int = 1_000) -> list[Trend]:
        """What trended since `since`, each once and as it was at its strongest, the strongest first."""
        body: dict[str, Any] = {
            "size": size,
            "query": {"range": {"hour": {"gte": clock.iso(since)}}},
            "sort": [{"score": "desc"}, "trend_id"],
            "collapse": {"field": "trend_id"},
        }
        async with guarded():
            answer = await self._client.search(index=names.TRENDS, body=body)
        return [Trend.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]
