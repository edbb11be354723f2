"""What trends now, and what did: the trends worker writes it, the web service reads it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, TypeVar

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries

CURRENT = "current"  # the id of the one document that holds the present state
BOARD = "board-"  # and the hour: the id of an hour's last


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


T = TypeVar("T", Trend, TrendingStory)


class _Kept(Board):
    """A board as it is written. `article_ids`: of all its evidence, by which it is found for a takedown."""

    article_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, board: Board) -> "_Kept":
        told = [*(one.article_ids for one in board.trends), *(one.article_ids for one in board.stories)]
        ids = dict.fromkeys(key for some in told for key in some)
        return cls(**dict(board), article_ids=tuple(ids))


class _Past(Trend):
    """A trend as it stood last in an hour; its id is the trend's with the hour, so an hour has one of each."""

    hour: datetime
    rank: int


class Trends:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._boards = Entries(client, names.TRENDS, Board)
        self._kept = Entries(client, names.TRENDS, _Kept)
        self._past = Entries(client, names.TRENDS, _Past)

    async def write(self, board: Board, epoch: int | None = None) -> None:
        """Makes `board` the present one, and part of its hour's history, except over what a later `epoch` wrote."""
        hour = board.at.replace(minute=0, second=0, microsecond=0)
        past = {
            f"{trend.trend_id}-{hour:%Y%m%d%H}": _Past(**trend.model_dump(), hour=hour, rank=rank)
            for rank, trend in enumerate(board.trends, start=1)
        }
        await self._past.put_all(past, epoch)
        kept = _Kept.of(board)
        await self._kept.put_all({_of(hour): kept, CURRENT: kept}, epoch)

    async def current(self) -> Board | None:
        """The board as last written, read by id and so without refresh lag; None before the first."""
        return await self._boards.get(CURRENT)

    async def without(self, entry_id: str, gone: Collection[str]) -> None:
        """Takes the articles `gone` out of the evidence of a board.

        At the version that the board has: a higher one would look like a later worker's, and shut the present one out.
        """
        async with guarded():
            found = await self._client.get(index=names.TRENDS, id=entry_id, ignore=[404])
        if not found.get("found"):
            return
        board = Board.model_validate(found["_source"])
        trends = tuple(_bare(trend, gone) for trend in board.trends)
        stories = tuple(_bare(story, gone) for story in board.stories)
        left = Board(at=board.at, trends=trends, stories=stories)
        if left != board:
            await self._kept.put_all({entry_id: _Kept.of(left)}, found["_version"])

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


def _bare(one: T, gone: Collection[str]) -> T:
    return one.model_copy(update={"article_ids": tuple(key for key in one.article_ids if key not in gone)})


def is_board(entry_id: str) -> bool:
    """Whether the entry is a board; the others are trends as they stood last in an hour."""
    return entry_id == CURRENT or entry_id.startswith(BOARD)


def _of(moment: datetime) -> str:
    """The id of an hour's last board."""
    return f"{BOARD}{moment.astimezone(UTC):%Y%m%d%H}"
