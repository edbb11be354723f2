import asyncio

import pytest

from services.web.memory import Memory


class Index:
    def __init__(self) -> None:
        self.asked, self.fails, self.gate = 0, False, asyncio.Event()
        self.gate.set()

    async def answer(self) -> int:
        self.asked += 1
        await self.gate.wait()
        if self.fails:
            raise OSError("away")
        return self.asked


async def test_an_answer_is_good_for_its_time_and_asked_for_once_by_all() -> None:
    index, seconds = Index(), [0.0]
    memory = Memory(5, lambda: seconds[0])
    index.gate.clear()
    waiting = [asyncio.create_task(memory.get("board", index.answer)) for _ in range(3)]
    await asyncio.sleep(0)
    index.gate.set()
    assert await asyncio.gather(*waiting) == [1, 1, 1]
    seconds[0] = 4.9
    assert await memory.get("board", index.answer) == 1
    seconds[0] = 5.0
    assert await memory.get("board", index.answer) == 2


async def test_a_failure_is_told_and_not_remembered() -> None:
    index, memory = Index(), Memory(5)
    index.fails = True
    for _ in range(2):
        with pytest.raises(OSError, match="away"):
            await memory.get("board", index.answer)
    index.fails = False
    assert await memory.get("board", index.answer) == 3


async def test_whoever_leaves_does_not_take_the_answer_away() -> None:
    index, memory = Index(), Memory(5)
    index.gate.clear()
    first = asyncio.create_task(memory.get("board", index.answer))
    second = asyncio.create_task(memory.get("board", index.answer))
    await asyncio.sleep(0)
    first.cancel()
    index.gate.set()
    assert await second == 1


async def test_of_more_answers_than_it_may_keep_the_first_go() -> None:
    index, memory = Index(), Memory(5, most=2)
    assert [await memory.get(key, index.answer) for key in ("a", "b", "c")] == [1, 2, 3]
    assert [await memory.get(key, index.answer) for key in ("c", "b", "a")] == [3, 2, 4]
