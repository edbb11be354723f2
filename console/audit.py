"""What was lost (DESIGN §3): the books of the ledger, the documents and the dead letters held against each other."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_scan

from shared.errors import State
from shared.kafka.deadletters import read_dead_letters
from shared.search import names
from shared.search.client import guarded
from shared.settings import Settings
from shared.topics import INPUTS

SCAN = 2_000


@dataclass(frozen=True)
class Url:
    """Of a URL entry, what the audit needs. `waits`: a timer holds it, until its `not_before`."""

    state: State
    article_id: str | None = None
    waits: bool = False
    source_id: str = ""


@dataclass(frozen=True)
class Books:
    """`urls` by url id; `articles` and `documents` are article ids; `dead` the url id of each dead letter (None:
    unreadable); `messages` how many are in the topics and not yet handled."""

    urls: Mapping[str, Url]
    articles: frozenset[str]
    documents: frozenset[str]
    dead: tuple[str | None, ...]
    messages: int


@dataclass(frozen=True)
class Lost:
    """What was lost, by kind; each a url id or an article id."""

    queued: tuple[str, ...] = ()
    without_document: tuple[str, ...] = ()
    without_entry: tuple[str, ...] = ()
    dead_without_entry: tuple[str, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, (self.queued, self.without_document, self.without_entry, self.dead_without_entry)))


def lost(books: Books) -> Lost:
    """What the books show as lost. While messages are on their way, a queued URL is not lost."""
    queued = (key for key, url in books.urls.items() if url.state is State.QUEUED and not url.waits)
    indexed = ((key, url) for key, url in books.urls.items() if url.state is State.INDEXED)
    ended = {key for key, url in books.urls.items() if url.state is not State.QUEUED}
    return Lost(
        queued=tuple(sorted(queued)) if not books.messages else (),
        without_document=tuple(sorted(key for key, url in indexed if url.article_id not in books.documents)),
        without_entry=tuple(sorted(books.documents - books.articles)),
        dead_without_entry=tuple(key or "unreadable" for key in books.dead if key not in ended),
    )


async def read(client: AsyncOpenSearch, settings: Settings, messages: int, now: str) -> Books:
    """The books as they stand; `now` in ISO 8601, UTC. Raises Unavailable."""
    async with guarded():
        await client.indices.refresh(index=f"{names.LEDGER_URLS},{names.LEDGER_ARTICLES},{names.ARTICLES}")
        urls = {
            entry["url_id"]: Url(
                state=State(entry["state"]),
                article_id=entry.get("article_id"),
                waits=(entry.get("not_before") or "") > now,
                source_id=entry["source_id"],
            )
            async for entry in _scan(client, names.LEDGER_URLS, ["url_id", "state", "article_id", "not_before", "source_id"])
        }
        articles = frozenset([s["article_id"] async for s in _scan(client, names.LEDGER_ARTICLES, ["article_id"])])
        documents = frozenset([s["article_id"] async for s in _scan(client, names.ARTICLES, ["article_id"])])
    dead = [letter.url_id for consumer in INPUTS async for letter in read_dead_letters(settings, consumer)]
    return Books(urls, articles, documents, tuple(dead), messages)


async def _scan(client: AsyncOpenSearch, index: str, fields: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    query = {"_source": list(fields), "query": {"match_all": {}}}
    async for hit in async_scan(client, query=query, index=index, size=SCAN):
        yield hit["_source"]
