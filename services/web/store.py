"""What the site reads: articles, trends and sources. Everything raises Unavailable when OpenSearch is away or slow."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.web import queries
from services.web.queries import Body, Wanted
from services.web.rights import QUOTABLE, Granted, granted
from shared.errors import State, Unavailable
from shared.events import TranslatedArticle, Trend
from shared.search import names
from shared.search.client import guarded
from shared.search.ledger import Ledger
from shared.search.sources import Source, Sources
from shared.search.trends import Board, Trends

WITHDRAWN = frozenset({State.WITHDRAWN, State.TAKEN_DOWN})
LIKE_CHARACTERS = 2_000


@dataclass(frozen=True)
class Found:
    """An article in a list, and for a search the passages that matched, by field, as `excerpts.runs` reads them."""

    article: Granted
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """One page of a list. `total` counts to queries.DEEPEST at most."""

    found: tuple[Found, ...]
    total: int


@dataclass(frozen=True)
class Withdrawn:
    """An article that is no longer shown: by its publisher's will, or taken down."""

    taken_down: bool
    url: str


class Store:
    """Reads within `seconds`, or says that OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, seconds: float) -> None:
        self._client = client
        self._seconds = seconds
        self._ledger = Ledger(client)
        self._trends = Trends(client)
        self._sources = Sources(client)

    async def listing(self, wanted: Wanted, size: int, page: int = 1) -> Listing:
        """The page `page`, from 1, of the articles wanted."""
        hits, total = await self._search(queries.listing(wanted, (page - 1) * size, size))
        return Listing(await self._shown(hits), total)

    async def article(self, shortid: str) -> Granted | Withdrawn | None:
        """The article that `shortid` names."""
        hits, _ = await self._search(queries.one(shortid))
        if not hits:
            return None
        article = _article(hits[0])
        async with self._in_time():
            entry = await self._ledger.url(article.url_id)
        if entry and entry.state in WITHDRAWN:
            return Withdrawn(entry.state == State.TAKEN_DOWN, article.url)
        return granted(article)

    async def days(self, most: int) -> dict[date, int]:
        """How many articles each day of the archive has, for the newest `most` days that have any."""
        async with self._in_time():
            answer = await self._client.search(index=names.ARTICLES, body=queries.days(most))
        counted = answer["aggregations"]["days"]["buckets"]
        return {date.fromisoformat(one["key"]): one["doc_count"] for one in counted}

    async def similar(self, article: Granted, size: int) -> tuple[Found, ...]:
        """What a reader of `article` may like."""
        hits, _ = await self._search(queries.vector_of(article.article_id))
        vector = hits[0]["_source"].get("vector") if hits else None
        if vector:
            body = queries.nearest(article.article_id, vector, article.times.discovered, size)
        else:
            body = queries.alike(article.article_id, _gist(article), size)
        hits, _ = await self._search(body)
        return await self._shown(hits)

    async def board(self) -> Board | None:
        """What trends now; None before anything was counted."""
        async with self._in_time():
            return await self._trends.current()

    async def trend(self, trend_id: str) -> tuple[Trend, bool] | None:
        """A trend as it stands, or as it stood last; and whether it still trends."""
        board = await self.board()
        for trend in board.trends if board else ():
            if trend.trend_id == trend_id:
                return trend, True
        past: Body = {"size": 1, "query": {"term": {"trend_id": trend_id}}, "sort": [{"hour": "desc"}]}
        hits, _ = await self._search(past, names.TRENDS)
        return (Trend.model_validate(hits[0]["_source"]), False) if hits else None

    async def source(self, source_id: str) -> Source | None:
        """The source, as it was within the last minute."""
        async with self._in_time():
            return await self._sources.get(source_id)

    async def sources(self) -> list[Source]:
        """Every source, by name."""
        async with self._in_time():
            return sorted(await self._sources.all(), key=lambda source: source.name.casefold())

    async def close(self) -> None:
        await self._client.close()

    async def _shown(self, hits: list[dict[str, Any]]) -> tuple[Found, ...]:
        """The articles of `hits` that may be shown. The ledger is asked by id: it knows at once what was taken down."""
        articles = [_article(hit) for hit in hits]
        async with self._in_time():
            entries = await self._ledger.urls([article.url_id for article in articles])
        gone = {url_id for url_id, entry in entries.items() if entry.state in WITHDRAWN}
        return tuple(
            Found(granted(article), _quotes(article, hit))
            for article, hit in zip(articles, hits, strict=True)
            if article.url_id not in gone
        )

    async def _search(self, body: Body, index: str = names.ARTICLES) -> tuple[list[dict[str, Any]], int]:
        async with self._in_time():
            answer = await self._client.search(index=index, body=body | {"timeout": f"{int(self._seconds * 1000)}ms"})
        return answer["hits"]["hits"], answer["hits"].get("total", {}).get("value", 0)

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds), guarded():
                yield
        except TimeoutError as error:
            raise Unavailable("opensearch", f"no answer within {self._seconds:g} s") from error


def _article(hit: Mapping[str, Any]) -> TranslatedArticle:
    source = hit["_source"]
    bare = {"blocks": (), "translation": {"blocks": ()} | source["translation"]}
    return TranslatedArticle.model_validate(bare | {key: value for key, value in source.items() if key != "translation"})


def _quotes(article: TranslatedArticle, hit: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    quotable = QUOTABLE[article.rights]
    return {name: tuple(quotes) for name, quotes in hit.get("highlight", {}).items() if name in quotable}


def _gist(article: Granted) -> str:
    version = article if article.translation.status == "pending" else article.translation
    return "\n".join((version.title, version.standfirst or "", *(block.text for block in version.blocks)))[:LIKE_CHARACTERS]
