"""Fixtures for everybody: the real engines; and for tests of properties, all the time an example takes on a busy machine."""

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings
from opensearchpy import AsyncOpenSearch

from console.native.engine import Engine
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """The bootstrap address of a Kafka that all tests of the session share."""
    if found := engines.address_from_environment("KAFKA"):
        yield found
        return
    with engines.running_kafka() as engine:
        yield engine.address


@pytest.fixture(scope="session")
def opensearch() -> Iterator[str]:
    """The URL of an OpenSearch that all tests of the session share."""
    if found := engines.address_from_environment("OPENSEARCH"):
        yield found
        return
    with engines.running_opensearch() as engine:
        yield engine.address


@pytest.fixture
async def topics(kafka: str) -> str:
    """The shared Kafka with all topics there and empty; its bootstrap address."""
    await engines.empty_topics(kafka)
    return kafka


@pytest.fixture
async def search(opensearch: str) -> str:
    """The shared OpenSearch with no index and no template; its URL."""
    await engines.empty_search(opensearch)
    return opensearch


@pytest.fixture
async def client(search: str) -> AsyncIterator[AsyncOpenSearch]:
    """A client of the shared OpenSearch with our templates and indices in force, and nothing in them."""
    own = Settings(opensearch_url=search)
    async with connect(own) as client:
        await apply(client, own)
        yield client


@pytest.fixture
def own_kafka() -> Iterator[Engine]:
    """A Kafka for this test alone, which may break it; without topics."""
    with engines.running_kafka() as engine:
        yield engine


@pytest.fixture
def own_opensearch() -> Iterator[Engine]:
    """An OpenSearch for this test alone, which may break it."""
    with engines.running_opensearch() as engine:
        yield engine
