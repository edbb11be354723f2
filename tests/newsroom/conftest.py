"""A newsroom in this process, asked without a network; `fresh` is at its first round, `complete` at its last."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from newsroom.control import control
from newsroom.newsroom import Newsroom
from newsroom.outlets import Addresses, read_outlets
from newsroom.press import LAST_ROUND, read_press
from newsroom.server import ByPort
from newsroom.timeline import Timeline

FIRST_PORT, CONTROL_PORT = 8401, 8400
BEGIN = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Clock:
    """Goes on by a minute each time it is looked at."""

    def __init__(self) -> None:
        self.time = BEGIN

    def __call__(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


def opened(rounds: int = 0) -> Newsroom:
    outlets = read_outlets()
    newsroom = Newsroom(outlets, read_press(outlets), Timeline(clock=Clock()), Addresses.of(outlets, FIRST_PORT))
    for _ in range(rounds):
        newsroom.timeline.advance()
    return newsroom


def client_of(newsroom: Newsroom) -> httpx.AsyncClient:
    apps = {port: site.app for port, site in newsroom.sites.items()} | {CONTROL_PORT: control(newsroom)}
    return httpx.AsyncClient(transport=httpx.ASGITransport(ByPort(apps)), base_url=f"http://127.0.0.1:{CONTROL_PORT}")


@pytest.fixture
def fresh() -> Newsroom:
    return opened()


@pytest.fixture(scope="session")
def complete() -> Newsroom:
    return opened(LAST_ROUND)


@pytest.fixture
async def asking(fresh: Newsroom) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(fresh) as client:
        yield client


@pytest.fixture
async def asking_complete(complete: Newsroom) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(complete) as client:
        yield client
