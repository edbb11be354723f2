"""Each misbehaviour as it is on the wire, met by the fetcher's own client: `python -m newsroom` in a process of its own."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from newsroom.outlets import read_outlets
from newsroom.press import LAST_ROUND, read_press
from newsroom.trouble import BEHAVIOURS, state_of
from services.fetcher.answers import is_html, problem
from services.fetcher.retry_after import retry_after
from shared.clock import now
from shared.errors import BabelwireError, Ended, State, Transient
from shared.http.client import MIB, Answer, GuardedClient, Limits
from shared.http.guard import AddressGuard, allow_list

OUTLETS = read_outlets()
ARTICLES = {article.behaviour: article for article in read_press(OUTLETS) if article.behaviour}
DECIDED_BY_FETCHER = {State.GONE, State.FAILED, State.BLOCKED, State.TOO_LARGE}
SECONDS = timedelta(seconds=2)


@dataclass
class Running:
    process: asyncio.subprocess.Process
    first: int

    @property
    def control(self) -> str:
        return f"http://127.0.0.1:{self.first + len(OUTLETS)}"

    def url(self, behaviour: str) -> str:
        article = ARTICLES[behaviour]
        position = [outlet.id for outlet in OUTLETS].index(article.outlet)
        return f"http://127.0.0.1:{self.first + position}{article.path}"


def free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    while True:
        with ExitStack() as held, socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
            try:
                for port in range(first + 1, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return first


@asynccontextmanager
async def running(*arguments: str, first: int | None = None) -> AsyncIterator[Running]:
    first = first or free_ports(len(OUTLETS) + 1)
    command = ["-m", "newsroom", "--port-base", str(first), "--control-port", str(first + len(OUTLETS)), *arguments]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
    found = Running(process, first)
    try:
        async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as client:
            while process.returncode is None:
                try:
                    await client.get(f"{found.control}/status")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield found
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def at_last_round(total: timedelta = timedelta(seconds=30)) -> AsyncIterator[tuple[Running, GuardedClient]]:
    async with running() as press:
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(LAST_ROUND):
                await client.post(f"{press.control}/next")
        guard = AddressGuard(allow_list(f"127.0.0.1:{press.first}-{press.first + len(OUTLETS)}"))
        fetcher = GuardedClient(guard, user_agent="Babelwire/test", limits=Limits(total=total))
        try:
            yield press, fetcher
        finally:
            await fetcher.aclose()


async def visited(client: GuardedClient, url: str) -> Answer | BabelwireError:
    try:
        answer = await client.follow(url)
        if error := problem(answer.status, retry_after(answer.headers.get("retry-after"), now())):
            raise error
    except BabelwireError as error:
        return error
    return answer


async def test_what_the_fetcher_judges_ends_as_the_newsroom_says() -> None:
    async with at_last_round(SECONDS) as (press, client):
        behaviours = [name for name, one in BEHAVIOURS.items() if one.state in DECIDED_BY_FETCHER]
        assert len(behaviours) >= 9
        for behaviour in behaviours:
            found = await visited(client, press.url(behaviour))
            assert isinstance(found, Ended | Transient), behaviour
            assert found.state is state_of(ARTICLES[behaviour]), behaviour


async def test_a_host_that_answers_429_asks_for_two_seconds_and_answers_the_second_time() -> None:
    async with at_last_round() as (press, client):
        first = await visited(client, press.url("too-many-requests-first"))
        assert isinstance(first, Transient)
        assert first.after == timedelta(seconds=2)
        assert isinstance(await visited(client, press.url("too-many-requests-first")), Answer)
        assert isinstance(await visited(client, press.url("server-error-first")), Transient)
        assert isinstance(await visited(client, press.url("server-error-first")), Answer)


async def test_the_broken_bytes_are_what_their_names_say() -> None:
    async with at_last_round(SECONDS) as (press, client), httpx.AsyncClient(trust_env=False) as plain:
        assert str(await visited(client, press.url("truncated-gzip"))) == "truncated body"
        assert "too slow" in str(await visited(client, press.url("drip")))
        assert "redirect loop" in str(await visited(client, press.url("redirect-loop")))
        async with plain.stream("GET", press.url("gzip-bomb")) as bomb:
            assert int(bomb.headers["content-length"]) < MIB // 4
        async with plain.stream("GET", press.url("large")) as large:
            assert "content-length" not in large.headers
            assert sum([len(chunk) async for chunk in large.aiter_raw()]) > 12 * MIB
        binary = await visited(client, press.url("binary"))
        assert isinstance(binary, Answer)
        assert is_html(binary.content_type, binary.body) and binary.body.startswith(b"\x89PNG")
        empty = await visited(client, press.url("empty"))
        assert isinstance(empty, Answer) and empty.body == b""
        latin = await visited(client, press.url("latin-1-declared-utf-8"))
        assert isinstance(latin, Answer) and "utf-8" in latin.content_type
        with pytest.raises(UnicodeDecodeError):
            latin.body.decode("utf-8")


async def test_a_page_in_windows_1251_says_so_and_is_so() -> None:
    async with at_last_round() as (press, client):
        position = [outlet.id for outlet in OUTLETS].index("severny-vestnik")
        article = next(article for article in read_press(OUTLETS) if article.outlet == "severny-vestnik")
        answer = await visited(client, f"http://127.0.0.1:{press.first + position}{article.path}")
        assert isinstance(answer, Answer)
        assert answer.content_type == "text/html; charset=windows-1251"
        assert article.title in answer.body.decode("windows-1251").replace("&#39;", "'")


async def test_the_drip_does_not_hold_up_the_end() -> None:
    async with running() as press, httpx.AsyncClient(trust_env=False) as client:
        async with client.stream("GET", press.url("drip")) as drip:
            await anext(drip.aiter_raw())
            press.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                assert await press.process.wait() in (0, -signal.SIGTERM)


async def test_with_an_interval_it_goes_on_by_itself_once_a_feed_was_read(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with running("--interval", "0.05", "--state", str(state)) as press, httpx.AsyncClient(trust_env=False) as client:
        await asyncio.sleep(0.3)  # several intervals
        assert (await client.get(f"{press.control}/status")).json()["round"] == 0
        await client.get(f"http://127.0.0.1:{press.first}{OUTLETS[0].feeds[0].path}")
        async with asyncio.timeout(20):
            while not (await client.get(f"{press.control}/status")).json()["done"]:
                await asyncio.sleep(0.05)
    assert len(re.findall(r"\d{4}-\d\d-\d\dT", state.read_text())) == LAST_ROUND + 1


async def test_a_port_in_use_is_told_in_one_line() -> None:
    async with running() as press:
        async with running(first=press.first) as second:
            assert second.process.stderr is not None
            told = (await second.process.stderr.read()).decode()
            assert await second.process.wait() == 1
        assert told == f"newsroom: port {press.first} of 127.0.0.1: Address already in use\n"
