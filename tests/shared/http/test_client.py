"""One exchange at a time, to public addresses only, within limits, nothing remembered."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.errors import Ended, State, Transient
from shared.http.client import GuardedClient, Limits, Unreachable
from shared.http.guard import AddressGuard, allow_list
from tests.shared.http.loopback import Loopback, Reply, Seen, loopback

SHORT = Limits(
    body=100_000,
    total=timedelta(seconds=1.5),
    idle=timedelta(seconds=0.5),
    connect=timedelta(seconds=1),
)


@contextlib.asynccontextmanager
async def at(
    server: Loopback, allow: str = "127.0.0.0/8", limits: Limits = SHORT, proxy: str | None = None
) -> AsyncIterator[GuardedClient]:
    guard = AddressGuard(allow_list(allow))
    client = GuardedClient(guard, user_agent="Test (+mailto:t@example.org)", limits=limits, proxy=proxy)
    try:
        yield client
    finally:
        await client.aclose()


async def test_an_answer_has_the_decoded_body_the_status_and_the_headers() -> None:
    async with loopback() as server, at(server) as client:
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=latin-1"}
        server.routes["/a?b=c"] = Reply(200, gzip.compress(b"<p>hello"), headers)
        answer = await client.get(f"{server.origin}/a?b=c", {"if-none-match": '"1"'})
    assert (answer.status, answer.body, answer.content_type) == (200, b"<p>hello", "text/html; charset=latin-1")
    [seen] = server.seen
    assert seen.headers["user-agent"] == "Test (+mailto:t@example.org)"
    assert seen.headers["if-none-match"] == '"1"'
    assert seen.headers["accept-encoding"] == "gzip, deflate, br, zstd"


async def test_loopback_is_refused_where_it_is_not_allowed() -> None:
    async with loopback() as server, at(server, allow="127.0.0.1:1") as client:
        for url in (server.origin, f"http://localhost:{server.port}/", f"http://127.1:{server.port}/"):
            with pytest.raises(Ended) as ended:
                await client.get(url)
            assert (ended.value.state, ended.value.reason) == (State.BLOCKED, "private address")
    assert server.seen == []


async def test_a_name_that_resolves_to_loopback_is_refused_at_connect_time() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    client = GuardedClient(AddressGuard(resolve=resolve), user_agent="Test", limits=SHORT)
    async with loopback() as server:
        with pytest.raises(Ended) as ended:
            await client.get(f"http://innocent.example:{server.port}/")
    await client.aclose()
    assert ended.value.reason == "private address"
    assert server.seen == []


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("ftp://example.org/x", State.BLOCKED),
        ("file:///etc/passwd", State.BLOCKED),
        ("mailto:a@example.org", State.BLOCKED),
        ("http://", State.BLOCKED),
        ("nonsense", State.BLOCKED),
        ("http://[::1", State.FAILED),
        ("http://example.org:99999/", State.FAILED),
        ("http://exa mple.org/", State.FAILED),
        ("http://example.org/" + "a" * 3000, State.FAILED),
    ],
)
async def test_what_is_no_http_address_ends_without_a_request(url: str, state: State) -> None:
    client = GuardedClient(AddressGuard(), user_agent="Test", limits=SHORT)
    with pytest.raises(Ended) as ended:
        await client.get(url)
    await client.aclose()
    assert ended.value.state is state


async def test_credentials_and_fragments_never_leave() -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/x"] = Reply(200)
        await client.get(f"http://user:secret@127.0.0.1:{server.port}/x#part")
    [seen] = server.seen
    assert seen.target == "/x"
    assert "authorization" not in seen.headers


async def test_cookies_are_not_kept() -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/x"] = Reply(200, headers={"Set-Cookie": "id=1; Path=/"})
        await client.get(f"{server.origin}/x")
        await client.get(f"{server.origin}/x")
    assert "cookie" not in server.seen[1].headers


async def test_redirects_are_left_to_the_caller() -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/a/b"] = Reply(302, headers={"Location": "../c?d"})
        answer = await client.get(f"{server.origin}/a/b")
    assert answer.location == f"{server.origin}/c?d"


async def test_followed_redirects_are_checked_at_every_hop() -> None:
    async with loopback() as server, at(server, allow="127.0.0.1:1-65535") as client:
        server.routes["/a"] = Reply(301, headers={"Location": "/b"})
        server.routes["/b"] = Reply(302, headers={"Location": "http://169.254.169.254/latest"})
        with pytest.raises(Ended) as ended:
            await client.follow(f"{server.origin}/a")
    assert ended.value.reason == "private address"


async def test_five_redirects_are_followed_and_no_sixth() -> None:
    async with loopback() as server, at(server) as client:
        for number in range(9):
            server.routes[f"/{number}"] = Reply(302, headers={"Location": f"/{number + 1}"})
        server.routes["/9"] = Reply(200, b"here")
        assert (await client.follow(f"{server.origin}/4")).body == b"here"
        with pytest.raises(Ended) as ended:
            await client.follow(f"{server.origin}/3")
    assert (ended.value.state, ended.value.reason) == (State.FAILED, "redirect loop")


@pytest.mark.parametrize("location", ["http://[broken", "javascript:alert(1)", "//", "http://exa mple.org/"])
async def test_a_redirect_to_nonsense_ends(location: str) -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/a"] = Reply(302, headers={"Location": location})
        with pytest.raises(Ended):
            await client.follow(f"{server.origin}/a")


BOMB = gzip.compress(b"\0" * 50_000_000)
GZIP = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply(200, b"x" * 100_001), Ended, "body too large"),
        (Reply(200, b"x" * 200_000, declared=-1), Ended, "body too large"),
        (Reply(200, BOMB, GZIP), Ended, "decoded body too large"),
        (Reply(200, headers={"X": "y" * 300_000}), Ended, "headers too large"),
        (Reply(200, gzip.compress(b"hello" * 100)[:-9], GZIP), Transient, "truncated body"),
        (Reply(200, b"no gzip at all", GZIP), Transient, "undecodable body"),
        (Reply(200, b"x" * 1000, reset_at=500), Transient, "broken off"),
        (Reply(200, b"x" * 10, declared=50), Transient, "broken off"),
        (Reply(200, b"x" * 1000, drip=0.05), Transient, "too slow"),
        (Reply(200, b"x" * 5, drip=5), Transient, "too slow"),
        (Reply(200, delay=5), Unreachable, "timeout"),
    ],
)
async def test_each_fault_has_its_name(reply: Reply, error: type[Exception], reason: str) -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/x"] = reply
        with pytest.raises((Ended, Transient)) as raised:
            await client.get(f"{server.origin}/x")
    assert type(raised.value) is error
    assert getattr(raised.value, "reason", None) == reason


async def test_a_port_where_nobody_listens_is_unreachable() -> None:
    async with loopback() as server:
        port = server.port
    async with at(server) as client:
        with pytest.raises(Unreachable) as raised:
            await client.get(f"http://127.0.0.1:{port}/")
    assert raised.value.reason == "no connection"


async def test_what_is_no_http_is_unreachable() -> None:
    async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        await writer.drain()

    async with loopback(noise) as server, at(server) as client:
        with pytest.raises(Unreachable) as raised:
            await client.get(f"{server.origin}/")
    assert raised.value.reason == "not http"


async def test_a_body_that_is_not_wanted_is_not_read() -> None:
    async with loopback() as server, at(server) as client:
        server.routes["/x"] = Reply(200, b"x" * 1_000_000, {"Content-Type": "video/mp4"})
        server.routes["/gone"] = Reply(404, b"x" * 1_000_000)
        assert (await client.get(f"{server.origin}/x", wanted=lambda status, headers: False)).body == b""
        assert (await client.get(f"{server.origin}/gone")).body == b""


async def test_of_a_body_only_the_beginning_can_be_asked_for() -> None:
    async with loopback() as server, at(server, limits=Limits(body=1_000_000)) as client:
        server.routes["/x"] = Reply(200, b"x" * 90_000 + b"y" * 900_000)
        assert (await client.get(f"{server.origin}/x", first=90_000)).body == b"x" * 90_000


async def test_after_any_fault_the_client_goes_on_working() -> None:
    limits = Limits(body=1000, total=timedelta(seconds=0.3), idle=timedelta(seconds=0.2), connections=2)
    async with loopback() as server, at(server, limits=limits) as client:
        server.routes |= {"/slow": Reply(200, b"x", delay=3), "/big": Reply(200, b"x" * 5000), "/ok": Reply(200, b"ok")}
        for path in ("/slow", "/big") * 4:
            with pytest.raises((Ended, Transient)):
                await client.get(server.origin + path)
        assert (await client.get(f"{server.origin}/ok")).body == b"ok"


async def test_through_a_proxy_names_are_the_proxys_and_literal_private_addresses_still_refused() -> None:
    def proxied(seen: Seen) -> Reply:
        return Reply(200, seen.target.encode())

    async with loopback() as server:
        server.routes["http://paper.example/a"] = proxied
        async with at(server, allow="", proxy=server.origin) as client:
            assert (await client.get("http://paper.example/a")).body == b"http://paper.example/a"
            with pytest.raises(Ended):
                await client.get("http://10.0.0.1/")
            with pytest.raises(Ended):
                await client.get("http://localhost/")
    assert len(server.seen) == 1
