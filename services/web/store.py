"""What the site reads: articles, trends and sources. Everything raises Unavailable when OpenSearch is away or slow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from opensearchpy import AsyncOpenSearch, TransportError

from services.web import queries
from services.web.memory import Memory
from services.web.queries import Body, Wanted
from services.web.rights import QUOTABLE, Granted, granted
from shared.errors import State, Unavailable
from shared.events import TranslatedArticle, Trend
from shared.search import freshness, names
from shared.search.client import guarded
from shared.search.freshness import Freshness
from shared.search.ledger import Ledger, UrlEntry
from shared.search.reports import Report, Reports
from shared.search.sources import Source, Sources
from shared.search.stories import Member, Stories, Story
from shared.search.trends import Board, Trends

T = TypeVar("T")
Counts = Mapping[str, Mapping[str, int]]  # of what, then of which value
WITHDRAWN = frozenset({State.WITHDRAWN, State.TAKEN_DOWN})
LIKE_CHARACTERS = 800
MONTHS = names.ARTICLES_PATTERN.removesuffix("*")
STORY_ARTICLES = 100
VECTORS = 200  # of articles whose page is being made
REMEMBERED = 5.0  # seconds, of what stands beside every article
NAMED, NAMES = 60.0, 4_000  # seconds, and how many sources' names


@dataclass(frozen=True)
class Found:
    """An article in a list, and for a search the passages that matched, by field, as `excerpts.runs` reads them; where it
    was asked for, the story that tells it."""

    article: Granted
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    story_id: str | None = None


@dataclass(frozen=True)
class Listing:
    """One page of a list. `total` counts to queries.DEEPEST at most; `facets` how many there are of each value, if asked.

    `last` is what its last was sorted by; empty where nothing can follow, or where the best came first: scores change with
    everything that is indexed.
    """

    found: tuple[Found, ...]
    total: int
    last: tuple[Any, ...] = ()
    facets: Counts = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A story, with the places of its newest articles in it, and those of them that may be shown."""

    story: Story
    members: tuple[Member, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Hour:
    """What an hour brought: how many sources wrote, and how many articles."""

    at: datetime
    sources: int
    articles: int


@dataclass(frozen=True)
class Withdrawn:
    """An article that is no longer shown: by its publisher's will, or taken down."""

    taken_down: bool
    url: str


class Store:
    """Reads within `seconds`, or says that OpenSearch is away. What all pages need is `remembered` for some seconds."""

    def __init__(self, client: AsyncOpenSearch, seconds: float, remembered: float = REMEMBERED) -> None:
        self._client = client
        self._seconds = seconds
        self._ledger = Ledger(client)
        self._trends = Trends(client)
        self._sources = Sources(client)
        self._vectors: dict[str, list[float] | None] = {}
        self._memory = Memory(remembered)
        self._names: Memory = Memory(NAMED, most=NAMES)
        self._stories = Stories(client)
        self._reports = Reports(client)
        self._asking: set[asyncio.Task[Any]] = set()

    async def listing(
        self,
        wanted: Wanted,
        size: int,
        page: int = 1,
        *,
        after: Sequence[Any] = (),
        faceted: bool = False,
        index: str = names.ARTICLES,
    ) -> Listing:
        """The page `page`, from 1, of the articles wanted; or those that follow `after`, a listing's `last`."""
        body = queries.listing(wanted, (page - 1) * size, size, after=after, faceted=faceted)
        answer = await self._answer(body, index, ranked=queries.by_score(wanted))
        hits, total = answer["hits"]["hits"], answer["hits"]["total"]["value"]
        if wider := queries.widened(wanted, total):
            return await self.listing(wider, size, page, after=after, faceted=faceted, index=index)
        await self._quote_originals(wanted, hits)
        last = tuple(hits[-1]["sort"]) if len(hits) == size and not queries.by_score(wanted) else ()
        return Listing(await self._shown(hits), total, last, _counts(answer))

    async def respelt(self, wanted: Wanted) -> str | None:
        """Words like those wanted that do find something; None where there are none, or nothing is near."""
        answer = await self._answer(queries.spelling(wanted.words))
        words = queries.respelt(wanted.words, answer.get("suggest", {}))
        if words is None or not (await self.listing(replace(wanted, words=words), 1)).total:
            return None
        return words

    async def article(self, shortid: str, published: date | None = None) -> Granted | Withdrawn | None:
        """The article that `shortid` names; `published`, if known, tells where to look first."""
        found = await self.indexed(shortid, published)
        return found if found is None or isinstance(found, Withdrawn) else await self.withdrawal(found) or found

    async def indexed(self, shortid: str, published: date | None = None) -> Granted | Withdrawn | None:
        """What the index has of the article that `shortid` names; `withdrawal` must be asked before it is shown."""
        one = queries.one(shortid)
        hits, _ = await self._search(one, queries.months_of(published)) if published else ([], 0)
        if not hits:
            hits, _ = await self._search(one)
        if not hits:
            return None
        if "withdrawn" in hits[0]["_source"]:  # a tombstone has no text to make an article of
            return Withdrawn(hits[0]["_source"]["withdrawn"]["state"] == State.TAKEN_DOWN, "")
        article = _article(hits[0])
        self._vectors[article.article_id] = hits[0]["_source"].get("vector")
        while len(self._vectors) > VECTORS:
            del self._vectors[next(iter(self._vectors))]
        return granted(article)

    async def withdrawal(self, article: Granted) -> Withdrawn | None:
        """Whether `article` is no longer to be shown. The ledger is asked by id: it knows at once what was taken down."""
        async with self._in_time():
            entry = await self._ledger.url(article.url_id)
        if entry is None or entry.state not in WITHDRAWN:
            return None
        return Withdrawn(entry.state == State.TAKEN_DOWN, article.url)

    async def days(self, most: int, first: date | None = None, last: date | None = None) -> dict[date, int]:
        """How many articles each day of the archive has, for the newest `most` days from `first` to `last` that have any."""
        counted = await self._counted(queries.days(most, first, last))
        return {date.fromisoformat(day): articles for day, articles in counted["days"].items()}

    async def languages(self, most: int) -> Counts:
        """How many articles there are by `language`, `country` and `section`."""
        return await self._counted(queries.languages(most))

    async def pulse(self, wanted: Wanted, until: datetime, hours: int) -> tuple[Hour, ...]:
        """The `hours` up to `until`, the oldest first."""
        answer = await self._answer(queries.pulse(wanted, until, hours))
        buckets = answer["aggregations"]["hours"]["buckets"]
        return tuple(
            Hour(datetime.fromtimestamp(one["key"] / 1000, UTC), one["sources"]["value"], one["doc_count"])
            for one in buckets
        )

    async def freshness(self) -> Freshness:
        """How fast news gets through, over the newest articles."""
        async with self._in_time():
            return await freshness.read(self._client)

    async def similar(self, article: Granted, size: int) -> tuple[Found, ...]:
        """What a reader of `article` may like, each with its story."""
        vector, seen = await self._vector(article.article_id), article.times.discovered
        if vector:
            body = queries.nearest(article.article_id, vector, seen, size)
        else:
            english = article.translation.status != "pending"
            body = queries.alike(article.article_id, _gist(article), seen, size, english=english)
        hits, _ = await self._search(body, queries.months_around(seen))
        found, places = await asyncio.gather(self._shown(hits), self._places(hit["_id"] for hit in hits))
        stories = {key: member.story_id for key, member in places.items()}
        return tuple(replace(one, story_id=stories.get(one.article.article_id)) for one in found)

    async def board(self, hour: datetime | None = None) -> Board | None:
        """What trends now, or trended in a past hour; None where nothing was counted."""
        if hour is None:
            return await self._memory.get("board", self._board)
        async with self._in_time():
            return await self._trends.past(hour)

    async def headlines(self, board: Board) -> dict[str, str]:
        """The titles of the stories of `board`, by story id; of those that are still told."""
        async with self._in_time():
            found = await asyncio.gather(*(self._stories.story(one.story_id) for one in board.stories))
        return {story.story_id: story.title for story in found if story and story.articles}

    async def latest(self, size: int) -> tuple[Found, ...]:
        """The newest articles, as they were within REMEMBERED seconds."""
        return (await self._memory.get(("latest", size), lambda: self.listing(Wanted(), size))).found

    async def trend(self, trend_id: str) -> tuple[Trend, bool] | None:
        """A trend as it stands, or as it stood last; and whether it still trends."""
        board = await self.board()
        for trend in board.trends if board else ():
            if trend.trend_id == trend_id:
                return trend, True
        past: Body = {"size": 1, "query": {"term": {"trend_id": trend_id}}, "sort": [{"hour": "desc"}]}
        hits, _ = await self._search(past, names.TRENDS)
        return (Trend.model_validate(hits[0]["_source"]), False) if hits else None

    async def story(self, story_id: str, size: int = STORY_ARTICLES) -> Told | None:
        """A story, with its newest `size` articles."""
        async with self._in_time():
            story = await self._stories.story(story_id)
        return await self._told(story, size) if story else None

    async def story_of(self, article_id: str, size: int) -> Told | None:
        """The story that an article is part of, with its newest `size` articles; None where it is told by it alone."""
        async with self._in_time():
            story = await self._stories.of_article(article_id)
        return await self._told(story, size) if story and story.articles > 1 else None

    async def stories(self, size: int, since: datetime, min_sources: int = 2) -> list[Story]:
        """Stories that had news since `since`, those that had it last first."""
        async with self._in_time():
            return await self._stories.latest(size, min_sources=min_sources, since=since)

    async def _vector(self, article_id: str) -> list[float] | None:
        if article_id in self._vectors:  # it came with the article, just now
            return self._vectors.pop(article_id)
        hits, _ = await self._search(queries.vector_of(article_id))
        return hits[0]["_source"].get("vector") if hits else None

    async def _told(self, story: Story, size: int) -> Told:
        newest = story.article_ids[-size:]
        places = await self._places(newest)
        here = tuple(key for key in newest if key in places and places[key].story_id == story.story_id)
        listing = await self.listing(Wanted(articles=here), size, index=queries.months(story.first_at, story.last_at))
        return Told(story, tuple(places[key] for key in here), listing.found)

    async def _places(self, article_ids: Iterable[str]) -> dict[str, Member]:
        async with self._in_time():
            return await self._stories.places(article_ids)

    async def source(self, source_id: str) -> Source | None:
        """The source, or None."""
        async with self._in_time():
            return await self._sources.get(source_id)

    async def source_names(self, source_ids: Iterable[str]) -> dict[str, str]:
        """The names of those sources that there are, as they were within NAMED seconds."""

        async def name(source_id: str) -> str | None:
            source = await self.source(source_id)
            return source.name if source else None

        wanted = tuple(source_ids)
        found = await asyncio.gather(*(self._names.get(one, partial(name, one)) for one in wanted))
        return {one: known for one, known in zip(wanted, found, strict=True) if known}

    async def sources(self) -> list[Source]:
        """Every source, by name."""
        return await self._memory.get("sources", self._all_sources)

    async def _board(self) -> Board | None:
        async with self._in_time():
            return await self._trends.current()

    async def _all_sources(self) -> list[Source]:
        async with self._in_time():
            return sorted(await self._sources.all(), key=lambda source: source.name.casefold())

    async def entry(self, url_id: str) -> UrlEntry | None:
        """What the ledger knows of a URL."""
        async with self._in_time():
            return await self._ledger.url(url_id)

    async def report(self, report: Report) -> bool:
        """Keeps what a reader reports; False where it was known."""
        async with self._in_time():
            return await self._reports.add(report)

    async def reported(self, now: datetime, within: timedelta) -> int:
        """How many reports came within a time."""
        async with self._in_time():
            return await self._reports.count(now, within)

    async def withdrawn(self) -> int:
        """How many URLs were ever withdrawn or taken down."""
        body: Body = {"query": {"terms": {"state": sorted(WITHDRAWN)}}}
        async with self._in_time():
            answer = await self._client.count(index=names.LEDGER_URLS, body=body)
        return int(answer["count"])

    async def close(self) -> None:
        """Gives up what is asked for still, for a page that has failed or a reader who has left: a client that is asked
        after its end connects again."""
        asking = [task for task in self._asking if task is not asyncio.current_task()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await self._client.close()

    async def _shown(self, hits: list[dict[str, Any]]) -> tuple[Found, ...]:
        """The articles of `hits` that may be shown, as `withdrawal` has it."""
        hits = [hit for hit in hits if "withdrawn" not in hit["_source"]]
        articles = [_article(hit) for hit in hits]
        async with self._in_time():
            entries = await self._ledger.urls([article.url_id for article in articles])
        gone = {url_id for url_id, entry in entries.items() if entry.state in WITHDRAWN}
        return tuple(
            Found(granted(article), _quotes(article, hit))
            for article, hit in zip(articles, hits, strict=True)
            if article.url_id not in gone
        )

    async def _quote_originals(self, wanted: Wanted, hits: list[dict[str, Any]]) -> None:
        """Adds what of the originals matched where the English texts say nothing: to look into both takes twice as long."""
        bare = {hit["_source"]["article_id"]: hit for hit in hits if _may_quote(hit)} if wanted.words else {}
        if bare:
            where = ",".join({hit["_index"] for hit in bare.values()})
            found, _ = await self._search(queries.quotes_else(wanted, list(bare)), where)
            for one in found:
                bare[one["_source"]["article_id"]].setdefault("highlight", {}).update(one.get("highlight", {}))

    async def _search(self, body: Body, index: str = names.ARTICLES) -> tuple[list[dict[str, Any]], int]:
        answer = await self._answer(body, index)
        return answer["hits"]["hits"], answer["hits"].get("total", {}).get("value", 0)

    async def _counted(self, body: Body) -> Counts:
        return _counts(await self._answer(body))

    async def _answer(self, body: Body, index: str = names.ARTICLES, *, ranked: bool = False) -> dict[str, Any]:
        # A month in which nothing was seen has no index.
        params = {"ignore_unavailable": "true"} if index.startswith(MONTHS) else {}
        if ranked:  # by how rare a word is in all months: in the first hours of a new one no word is rare
            params["search_type"] = "dfs_query_then_fetch"
        async with self._in_time():
            answer: dict[str, Any] = await self._client.search(
                index=index,
                body=body | {"timeout": f"{int(self._seconds * 1000)}ms"},
                params=params,
            )
        return answer

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._asking.add(task)
        try:
            async with asyncio.timeout(self._seconds), guarded():
                yield
        except TimeoutError as error:
            raise Unavailable("opensearch", f"no answer within {self._seconds:g} s") from error
        finally:
            self._asking.discard(task)


async def unless_away(wanted: Awaitable[T], otherwise: T) -> T:
    """`wanted`, or `otherwise` where OpenSearch will not give it: for what a page can do without."""
    try:
        return await wanted
    except (Unavailable, TransportError):
        return otherwise


def _counts(answer: Mapping[str, Any]) -> Counts:
    counted = answer.get("aggregations", {})
    return {name: {str(one["key"]): one["doc_count"] for one in found["buckets"]} for name, found in counted.items()}


def _article(hit: Mapping[str, Any]) -> TranslatedArticle:
    source = hit["_source"]
    bare = {"blocks": (), "translation": {"blocks": ()} | source["translation"]}
    return TranslatedArticle.model_validate(bare | {key: value for key, value in source.items() if key != "translation"})


def _may_quote(hit: Mapping[str, Any]) -> bool:
    """Whether the original may be quoted, and the English text is not."""
    allowed = "text_original" in QUOTABLE.get(hit["_source"].get("rights"), ())
    return allowed and "text_en" not in hit.get("highlight", {})


def _quotes(article: TranslatedArticle, hit: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    quotable = QUOTABLE[article.rights]
    return {name: tuple(quotes) for name, quotes in hit.get("highlight", {}).items() if name in quotable}


def _gist(article: Granted) -> str:
    version = article if article.translation.status == "pending" else article.translation
    return "\n".join((version.title, version.standfirst or "", *(block.text for block in version.blocks)))[:LIKE_CHARACTERS]
