from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from pydantic import SecretStr

from services.web.app import site
from services.web.client import ApiError, Client
from services.web.operations import OPERATIONS
from services.web.settings import WebSettings
from shared import ids
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf
from tests.services.web.test_openapi import GONE, SHOWN, STORE, TOKEN


def client(store: Shelf, token: str | None = None) -> Client:
    app = site(WebSettings(token=SecretStr(TOKEN)), store)  # type: ignore[arg-type]
    return Client("http://wire.test/", token=token, transport=httpx.ASGITransport(app=app))


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    async with client(STORE, TOKEN) as api:
        yield api


async def test_every_operation_can_be_called(api: Client) -> None:
    assert [one.article_id async for one in api.articles()] == [one.article_id for one in SHOWN]
    assert [one.article_id async for one in api.search("lighthouse", section="local")]
    whole = await api.article(ids.shortid(SHOWN[0].article_id))
    assert whole.blocks == SHOWN[0].blocks
    assert (await api.trends()).trends[0].trend_id == "t1"
    assert (await api.trend("t1")).hours[0].sources == 2
    assert [source.id for source in await api.sources()] == [(await api.source("s1")).id] == ["s1"]
    assert [story.story_id for story in await api.stories()] == ["st1"]
    assert len((await api.story("st1")).members) == 2
    assert [day.day for day in await api.days(date(2026, 3, 1), date(2026, 3, 31))] == [date(2026, 3, 31)]
    assert [one.name for one in await api.languages()] == ["French"]
    assert (await api.why(GONE.url)).state == "taken_down"


async def test_lists_go_on_over_their_pages() -> None:
    store = Shelf([article(f"a{number}") for number in range(25)])
    async with client(store) as api:
        assert len({one.shortid async for one in api.articles(size=10)}) == 25
        assert len({one.shortid async for one in api.search("lighthouse", size=10)}) == 25


async def test_a_refusal_says_what_the_api_said(api: Client) -> None:
    with pytest.raises(ApiError, match="410 Gone: Taken down") as error:
        await api.article(GONE.article_id)
    assert error.value.problem.status == 410
    async with client(STORE) as nobody:
        with pytest.raises(ApiError, match="401"):
            await nobody.why(GONE.url)


async def test_a_busy_site_is_asked_again_when_it_says() -> None:
    asked: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            return httpx.Response(429, headers={"Retry-After": "0"})
        return httpx.Response(200, json={"at": None, "trends": [], "stories": []})

    async with Client("http://wire.test", transport=httpx.MockTransport(busy)) as api:
        assert (await api.trends()).trends == ()
    assert asked == ["/api/v1/trends"] * 2
    async with Client("http://wire.test", transport=httpx.MockTransport(lambda _: httpx.Response(502))) as api:
        with pytest.raises(ApiError, match="502"):
            await api.trends()


def test_the_client_knows_every_operation() -> None:
    methods = set(dir(Client)) | {"ledger" if hasattr(Client, "why") else ""}
    assert {one.name for one in OPERATIONS} <= methods
