import asyncio
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch, ConnectionError

from shared.errors import Unavailable
from shared.search.reads import CHUNK, read


class Recording(AsyncOpenSearch):
    """Keeps what it is asked for, and has everything."""

    def __init__(self) -> None:
        self.asked: list[list[tuple[str, str]]] = []
        self.away = False

    async def mget(self, body: Any, **more: Any) -> Any:
        self.asked.append([(one["_index"], one["_id"]) for one in body["docs"]])
        if self.away:
            raise ConnectionError("N/A", "refused", None)
        return {"docs": [one | {"found": True} for one in body["docs"]]}


async def test_what_is_asked_for_at_the_same_time_goes_in_one_request_whatever_its_index() -> None:
    client = Recording()
    urls, members = await asyncio.gather(read(client, "urls", ["u1", "u2"]), read(client, "members", ["m1"]))
    assert client.asked == [[("urls", "u1"), ("urls", "u2"), ("members", "m1")]]
    assert [*urls] == ["u1", "u2"]
    assert members["m1"]["_index"] == "members"


async def test_who_cannot_wait_takes_along_who_can() -> None:
    client = Recording()
    patient = asyncio.create_task(read(client, "urls", ["u1"], within=3600))
    await asyncio.sleep(0)
    await read(client, "urls", ["u1", "u2"])
    assert [*await patient] == ["u1"]
    assert client.asked == [[("urls", "u1"), ("urls", "u2")]]


async def test_what_is_asked_for_after_a_request_was_sent_is_read_anew() -> None:
    client = Recording()
    await read(client, "urls", ["u1"])
    await read(client, "urls", ["u1"])
    assert len(client.asked) == 2


async def test_all_who_asked_are_told_that_opensearch_is_away_and_who_left_disturbs_nobody() -> None:
    client = Recording()
    client.away = True
    leaving = asyncio.create_task(read(client, "urls", ["u1"]))
    await asyncio.sleep(0)
    leaving.cancel()
    answers = await asyncio.gather(read(client, "urls", ["u2"]), read(client, "hosts", ["h"]), return_exceptions=True)
    assert [type(one) for one in answers] == [Unavailable, Unavailable]
    client.away = False
    assert [*await read(client, "urls", ["u2"])] == ["u2"]


@pytest.mark.parametrize(("ids", "requests"), [(0, 0), (CHUNK, 1), (CHUNK + 1, 2)])
async def test_no_request_is_larger_than_opensearch_likes(ids: int, requests: int) -> None:
    client = Recording()
    assert len(await read(client, "urls", map(str, range(ids)))) == ids
    assert len(client.asked) == requests
