"""Reads by id. What is asked for at about the same time through one client, of whatever index, goes in one request: to the
client and to OpenSearch a request costs more than an entry."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from opensearchpy import AsyncOpenSearch

from shared.search.client import guarded

CHUNK = 500
TOGETHER_SECONDS = 0.003

Key = tuple[str, str]  # index and id
Docs = Mapping[Key, dict[str, Any]]
T = TypeVar("T")


@dataclass
class _Request:
    """What was asked for and is not sent yet; all who asked wait for one answer."""

    timer: asyncio.TimerHandle
    answer: asyncio.Future[Docs]
    keys: dict[Key, None] = field(default_factory=dict)


_open: WeakKeyDictionary[AsyncOpenSearch, _Request] = WeakKeyDictionary()
_sent: set[asyncio.Task[None]] = set()


async def read(client: AsyncOpenSearch, index: str, ids: Iterable[str], within: float = 0.0) -> dict[str, dict[str, Any]]:
    """What OpenSearch tells of each of `ids` (`found`, or `error`), asked in `within` seconds at the latest, and with what
    others ask for until then. Raises Unavailable."""
    wanted = [(index, one) for one in ids]
    if not wanted:
        return {}
    loop = asyncio.get_running_loop()
    request = _open.get(client)
    if request is None or request.answer.get_loop() is not loop:  # a loop that ended has left what it never sent
        timer = loop.call_later(within, _send, client)
        request = _open[client] = _Request(timer, loop.create_future())
    elif loop.time() + within < request.timer.when():
        request.timer.cancel()
        request.timer = loop.call_later(within, _send, client)
    request.keys.update(dict.fromkeys(wanted))
    docs = await asyncio.shield(request.answer)
    return {one: docs[index, one] for _, one in wanted}


def _send(client: AsyncOpenSearch) -> None:
    task = asyncio.create_task(_answer(client, _open.pop(client)))
    _sent.add(task)
    task.add_done_callback(_sent.discard)


async def _answer(client: AsyncOpenSearch, request: _Request) -> None:
    docs: dict[Key, dict[str, Any]] = {}
    try:
        for some in chunks(request.keys):
            async with guarded():
                answer = await client.mget(body={"docs": [{"_index": index, "_id": one} for index, one in some]})
            docs.update(zip(some, answer["docs"], strict=True))
    except Exception as error:  # all who asked are told
        request.answer.set_exception(error)
        request.answer.exception()  # who was cancelled meanwhile will not look
    else:
        request.answer.set_result(docs)


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`things` in lists of at most `size`."""
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk
