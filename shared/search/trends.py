"""What trends now, and what did: the trends worker writes it, the web service reads it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries

DAYS_OF_BOARDS = 31
CURRENT = "current"  # the id of the one document that holds the present state


class TrendingStory(BaseModel):
    """A story that more sources tell than a story usually has. Counts are of the window, copies of a text left out.

    It has no title: that is the story's, and may have to go with an article that is taken down.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    story_id: str
    score: float
    articles: int
    sources: int
    expected: float
    source_ids: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    window_hours: int = 24
    at: AwareDatetime


class Board(BaseModel):
    """The trends at `at`, terms and stories, the strongest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: AwareDatetime
    trends: tuple[Trend, ...] = ()
    stories: tuple[TrendingStory, ...] = ()

    def without(self, gone: Collection[str]) -> "Board | None":
        """The board with the articles `gone` among nothing's evidence; None where nothing changes."""
        trends = tuple(without(one, gone) for one in self.trends)
        stories = tuple(without(one, gone) for one in self.stories)
        same = (trends, stories) == (self.trends, self.stories)
        return None if same else Board(at=self.at, trends=trends, stories=stories)


class PastTrend(Trend):
    """A trend as it stood last in an hour; its id is the trend's with the hour, so an hour has one of each."""

    hour: datetime
    rank: int


_E = TypeVar("_E", Trend, PastTrend, TrendingStory)


class Trends:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._boards = Entries(client, names.TRENDS, Board)
        self._past = Entries(client, names.TRENDS, PastTrend)

    async def write(self, board: Board, epoch: int | None = None) -> None:
        """Makes `board` the present one, and part of its hour's history, except over what a later `epoch` wrote."""
        hour = board.at.replace(minute=0, second=0, microsecond=0)
        past = {
            f"{trend.trend_id}-{hour:%Y%m%d%H}": PastTrend(**trend.model_dump(), hour=hour, rank=rank)
            for rank, trend in enumerate(board.trends, start=1)
        }
        await self._past.put_all(past, epoch)
        await self._boards.put_all({_of(hour): board, CURRENT: board}, epoch)

    async def current(self) -> Board | None:
        """The board as last written, read by id and so without refresh lag; None before the first."""
        return await self._boards.get(CURRENT)

    async def past(self, moment: datetime) -> Board | None:
        """The board as it stood last in the hour of `moment`; None where none was written then."""
        return await self._boards.get(_of(moment))

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


def board_ids(now: datetime) -> list[str]:
    """The ids of the present board and of each hour's of the last DAYS_OF_BOARDS days."""
    return [CURRENT, *(_of(now - timedelta(hours=hours)) for hours in range(24 * DAYS_OF_BOARDS))]


def without(evidence: _E, gone: Collection[str]) -> _E:
    """`evidence` with the articles `gone` not among it."""
    return evidence.model_copy(update={"article_ids": tuple(key for key in evidence.article_ids if key not in gone)})


def _of(moment: datetime) -> str:
    """The id of an hour's last board."""
    return f"board-{moment.astimezone(UTC):%Y%m%d%H}"
