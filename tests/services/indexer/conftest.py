from collections.abc import AsyncIterator

import pytest
from opensearchpy import AsyncOpenSearch

from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings


@pytest.fixture
async def client(search: str) -> AsyncIterator[AsyncOpenSearch]:
    """A client of the shared OpenSearch with our templates and indices in force, and nothing in them."""
    settings = Settings(opensearch_url=search)
    client = connect(settings)
    await apply(client, settings)
    yield client
    await client.close()
