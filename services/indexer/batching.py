"""Many callers, few requests: what is given one by one goes out in batches, and each caller gets the answer to its own."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(eq=False)
class _Waiting(Generic[T, R]):
    thing: T
    weight: int
    answer: asyncio.Future[R]


class Batching(Generic[T, R]):
    """`send` takes a batch and returns for each thing, in order, its answer or its error; an error it raises is everyone's.

    A batch goes out when it holds `most` things or `weight`, or `wait` seconds after its first, and only while fewer than
    `at_once` batches are on their way: under load the next one fills meanwhile.
    """

    def __init__(
        self,
        send: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        most: int,
        wait: float,
        weight: int | None = None,
        at_once: int = 1,
    ) -> None:
        self._send = send
        self._most, self._wait, self._weight, self._at_once = most, wait, weight, at_once
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._waiting_weight = 0
        self._under_way: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def give(self, thing: T, weight: int = 0) -> R:
        """The answer to `thing`; raises its error."""
        loop = asyncio.get_running_loop()
        waiting: _Waiting[T, R] = _Waiting(thing, weight, loop.create_future())
        self._waiting.append(waiting)
        self._waiting_weight += weight
        if self._full():
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._wait, self._flush)
        return await waiting.answer

    def _full(self) -> bool:
        return len(self._waiting) >= self._most or (self._weight is not None and self._waiting_weight >= self._weight)

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting and len(self._under_way) < self._at_once:
            batch = self._take()
            if batch:
                task = asyncio.create_task(self._deliver(batch))
                self._under_way.add(task)
                task.add_done_callback(self._delivered)

    def _take(self) -> list[_Waiting[T, R]]:
        batch: list[_Waiting[T, R]] = []
        weight = 0
        while self._waiting and len(batch) < self._most:
            if batch and self._weight is not None and weight + self._waiting[0].weight > self._weight:
                break
            first = self._waiting.popleft()
            self._waiting_weight -= first.weight
            if not first.answer.done():  # its caller may have been cancelled
                batch.append(first)
                weight += first.weight
        return batch

    async def _deliver(self, batch: list[_Waiting[T, R]]) -> None:
        answers: Sequence[R | Exception]
        try:
            answers = await self._send([waiting.thing for waiting in batch])
        except Exception as error:  # whatever it is, it is the callers' to handle
            answers = [error] * len(batch)
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if task.cancelled():
            return
        if self._waiting and self._timer is None:
            self._flush()
