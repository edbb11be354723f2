"""Standard input line by line, worked on several at a time, answered in order."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

CHUNK = 1 << 16

T = TypeVar("T")
A = TypeVar("A")


async def lines() -> AsyncIterator[bytes]:
    """The lines of standard input as they come, empty ones left out."""
    loop = asyncio.get_running_loop()
    found: asyncio.Queue[bytes | None] = asyncio.Queue()
    room = threading.Semaphore(1)  # one line read ahead: what is not asked for stays in the pipe

    def read() -> None:
        try:
            for line in _split():
                room.acquire()
                loop.call_soon_threadsafe(found.put_nowait, line)
            loop.call_soon_threadsafe(found.put_nowait, None)
        except RuntimeError:
            pass  # the loop has ended first

    # A daemon, for a read from a terminal cannot be called off: Ctrl-C would wait for one more line.
    threading.Thread(target=read, daemon=True).start()
    while (line := await found.get()) is not None:
        room.release()
        if line.strip():
            yield line


async def in_order(
    items: AsyncIterator[T], work: Callable[[T], Awaitable[A]], show: Callable[[A], None], at_once: int
) -> None:
    """Shows `work(item)` for each item, in the items' order; up to `at_once` are worked on. Raises what any of it raises."""
    running: asyncio.Queue[asyncio.Task[A] | None] = asyncio.Queue()
    places = asyncio.Semaphore(at_once)

    async def start() -> None:
        async for item in items:
            await places.acquire()
            running.put_nowait(group.create_task(_run(work, item)))
        running.put_nowait(None)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(start())
            while (task := await running.get()) is not None:
                show(await task)
                places.release()
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None  # the first is the cause; the rest were cancelled for it


async def _run(work: Callable[[T], Awaitable[A]], item: T) -> A:
    return await work(item)


def _split() -> Iterator[bytes]:
    # Unbuffered: the lock of a buffered standard input, held by a thread that waits, would make the exit crash.
    stream = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    rest = bytearray()
    while chunk := stream.read(CHUNK):
        rest += chunk
        *whole, last = rest.split(b"\n") if b"\n" in chunk else (rest,)
        yield from map(bytes, whole)
        rest = bytearray(last)
    if rest:
        yield bytes(rest)
