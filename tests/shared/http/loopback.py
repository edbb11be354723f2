"""A server on loopback that answers what a test tells it to, byte by byte where need be."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

REASONS = {200: "OK", 301: "Moved", 302: "Found", 304: "Not Modified", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Seen:
    """A request as it came; `at` in the loop's time, seconds."""

    method: str
    target: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True)
class Reply:
    """An answer. `drip`: seconds between the body's bytes; `reset_at`: the connection is reset after so many bytes of the
    body; `declared`: the Content-Length told, if not the true one (-1: none, the body ends with the connection)."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    delay: float = 0.0
    reset_at: int | None = None
    declared: int | None = None

    def head(self) -> bytes:
        length = len(self.body) if self.declared is None else self.declared
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Whatever')}", "Connection: close"]
        lines += [f"Content-Length: {length}"] if length >= 0 else []
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


Route = Reply | Callable[[Seen], Reply]


@dataclass
class Loopback:
    """`routes` by path; a list is gone through, its last entry stays. What has no route is a 404, robots.txt too."""

    port: int
    routes: dict[str, Route | list[Route]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [one.target for one in self.seen]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        seen = Seen(method, target, headers, asyncio.get_running_loop().time())
        self.seen.append(seen)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await self._answer(writer, self._reply(seen))
        finally:
            self._now -= 1

    def _reply(self, seen: Seen) -> Reply:
        route = self.routes.get(seen.target, Reply(404))
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        return route(seen) if callable(route) else route

    async def _answer(self, writer: asyncio.StreamWriter, reply: Reply) -> None:
        await asyncio.sleep(reply.delay)
        writer.write(reply.head())
        if reply.reset_at is not None:
            writer.write(reply.body[: reply.reset_at])
            await writer.drain()
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif reply.drip:
            for byte in reply.body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.drip)
        else:
            writer.write(reply.body)
            await writer.drain()


@contextlib.asynccontextmanager
async def loopback(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None,
) -> AsyncIterator[Loopback]:
    """A server for the body of the `async with`."""
    here = Loopback(0)
    work = handler or here.serve
    open_connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_connections.add(task)
        try:
            await work(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            open_connections.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for task in list(open_connections):
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)
        await server.wait_closed()
