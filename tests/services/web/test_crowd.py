"""More readers at once than can be answered: some wait, others are told at once, and nobody is forgotten."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope

from services.web import bodies
from services.web.crowd import LINE, Crowd
from services.web.queries import Wanted
from services.web.settings import WebSettings
from services.web.store import Listing
from shared import ids
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf, reader


class Slow(Shelf):
    """Answers when `free` is set; knows how many ask at once."""

    def __init__(self) -> None:
        super().__init__([article()])
        self.free = asyncio.Event()
        self.now = self.most = 0

    async def listing(self, wanted: Wanted, size: int, *args: object, **named: object) -> Listing:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.free.wait()
        self.now -= 1
        return await super().listing(wanted, size)


OWN = WebSettings(requests_per_minute=0, at_once=2)


async def test_who_comes_when_the_line_is_full_is_told_at_once() -> None:
    slow = Slow()
    async with reader(slow, OWN) as site:
        before = [asyncio.create_task(site.get(f"/latest?page=1&n={number}")) for number in range(2 + 2 * LINE)]
        while slow.now < 2:
            await asyncio.sleep(0)
        for _ in range(100):  # the others come to stand in line
            await asyncio.sleep(0)
        began = time.monotonic()
        refused = await site.get("/latest")
        assert time.monotonic() - began < 0.5
        assert (refused.status_code, refused.headers["cache-control"]) == (503, "no-store")
        assert int(refused.headers["retry-after"]) > 0
        assert "Too many readers" in refused.text
        problem = await site.get("/api/v1/articles")
        assert (problem.status_code, problem.headers["content-type"]) == (503, "application/problem+json")
        assert (await site.get("/health/ready")).status_code == 200
        slow.free.set()
        assert [answer.status_code for answer in await asyncio.gather(*before)] == [200] * (2 + 2 * LINE)
        assert slow.most == 2
        assert (await site.get("/latest")).status_code == 200


async def test_who_waits_too_long_is_told_too() -> None:
    slow = Slow()
    async with reader(slow, OWN) as site:
        before = [asyncio.create_task(site.get(f"/latest?n={number}")) for number in range(3)]
        while slow.now < 2:
            await asyncio.sleep(0)
        done, _ = await asyncio.wait(before, return_when=asyncio.FIRST_COMPLETED)
        assert [one.result().status_code for one in done] == [503]
        slow.free.set()
        assert sorted(answer.status_code for answer in await asyncio.gather(*before)) == [200, 200, 503]


async def test_who_takes_an_answer_slowly_keeps_nobody_waiting() -> None:
    def refused(request: Request) -> Response:
        return PlainTextResponse("later", 503)

    async def received() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def blocked(message: Message) -> None:
        asked.set()
        await asyncio.Event().wait()

    async def taken(message: Message) -> None:
        answers.append(message)

    asked, answers = asyncio.Event(), list[Message]()
    crowd = Crowd(PlainTextResponse("a page"), most=1, refusal=refused)
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    slow = asyncio.create_task(crowd(scope, received, blocked))
    await asked.wait()
    await crowd(scope, received, taken)
    assert answers[0]["status"] == 200
    slow.cancel()


async def test_who_sends_slowly_keeps_no_reader_waiting_and_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 1.0)
    shown, begun = article(), asyncio.Event()

    async def never() -> AsyncIterator[bytes]:
        yield b"complaint="
        begun.set()
        await asyncio.Event().wait()

    async with reader(Shelf([shown]), WebSettings(requests_per_minute=0, at_once=1)) as site:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        address = f"/report/{ids.shortid(shown.article_id)}"
        sending = asyncio.create_task(site.post(address, content=never(), headers=form))
        await begun.wait()
        assert (await site.get("/latest")).status_code == 200
        assert not sending.done()
        assert (await sending).status_code == httpx.codes.REQUEST_TIMEOUT
