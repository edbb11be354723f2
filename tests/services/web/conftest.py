from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from opensearchpy import AsyncOpenSearch

from services.indexer.document import document
from services.web.store import Store
from shared import clock
from shared.events import TranslatedArticle
from shared.search import names
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings

Fill = Callable[..., Awaitable[None]]
SECONDS = 20.0  # the engine of a test shares its two cores with everything else


@pytest.fixture
async def client(opensearch: str) -> AsyncIterator[AsyncOpenSearch]:
    """A client of the shared OpenSearch with our templates and indices in force, and nothing in them.

    It empties indices where the fixture `search` deletes them: nothing here depends on their making, which takes seconds.
    """
    settings = Settings(opensearch_url=opensearch)
    client = connect(settings)
    await apply(client, settings)
    indices = f"{names.ARTICLES_PATTERN},{','.join(names.FIXED)}"
    await client.indices.refresh(index=indices)
    await client.delete_by_query(index=indices, body={"query": {"match_all": {}}}, params={"refresh": "true"})
    yield client
    await client.close()


@pytest.fixture
def store(client: AsyncOpenSearch) -> Store:
    return Store(client, SECONDS, remembered=0)


@pytest.fixture
def fill(client: AsyncOpenSearch) -> Fill:
    """Indexes articles as the indexer does; with each may go its vector."""

    async def index(*articles: TranslatedArticle, vectors: dict[str, list[float]] | None = None) -> None:
        lines: list[dict[str, object]] = []
        for one in articles:
            body = document(one, vector=(vectors or {}).get(one.article_id), indexed_at=clock.now())
            lines += [{"index": {"_index": names.month_index(one.times.discovered), "_id": one.article_id}}, body]
        answer = await client.bulk(body=lines, refresh=True)
        assert not answer["errors"], answer

    return index
