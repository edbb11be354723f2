"""The engines as the commands reach them: those of a native stack, of compose or of a cluster, by the same settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opensearchpy import AsyncOpenSearch

from shared.search.client import connect
from shared.settings import Settings, load


@asynccontextmanager
async def search() -> AsyncIterator[tuple[AsyncOpenSearch, Settings]]:
    """A client for the OpenSearch of the settings, and the settings."""
    settings = load(Settings)
    client = connect(settings)
    try:
        yield client, settings
    finally:
        await client.close()
