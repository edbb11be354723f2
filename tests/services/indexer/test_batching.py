import asyncio
from collections.abc import Sequence

import pytest

from services.indexer.batching import Batching


async def test_what_comes_while_a_batch_is_on_its_way_goes_out_as_the_next() -> None:
    batches: list[list[int]] = []
    first = asyncio.Event()

    async def send(things: Sequence[int]) -> list[int | Exception]:
        batches.append(list(things))
        if len(batches) == 1:
            await first.wait()
        return [thing * 10 for thing in things]

    batching: Batching[int, int] = Batching(send, most=100, wait=0.0)
    one = asyncio.create_task(batching.give(1))
    while not batches:
        await asyncio.sleep(0)
    rest = [asyncio.create_task(batching.give(number)) for number in range(2, 6)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert batches == [[1]]
    first.set()
    assert [await task for task in (one, *rest)] == [10, 20, 30, 40, 50]
    assert batches == [[1], [2, 3, 4, 5]]


async def test_an_error_of_one_is_its_own_and_an_error_of_the_sending_is_everyones() -> None:
    async def send(things: Sequence[int]) -> list[int | Exception]:
        if 9 in things:
            raise OSError("gone")
        return [ValueError("odd") if thing % 2 else thing for thing in things]

    batching: Batching[int, int] = Batching(send, most=2, wait=0.0)
    answers = await asyncio.gather(*(batching.give(n) for n in (1, 2, 8, 9)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError, int, OSError, OSError]


async def test_a_caller_that_gave_up_is_left_out_and_holds_nobody_up() -> None:
    batches: list[list[int]] = []

    async def send(things: Sequence[int]) -> list[int | Exception]:
        batches.append(list(things))
        return list(things)

    batching: Batching[int, int] = Batching(send, most=10, wait=0.02)
    given_up, kept = asyncio.create_task(batching.give(1)), asyncio.create_task(batching.give(2))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await kept == 2
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert batches == [[2]]
