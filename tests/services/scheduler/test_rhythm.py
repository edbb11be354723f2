"""What is done again and again goes on whatever happens, and says how it is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from prometheus_client import REGISTRY

from services.scheduler import rhythm as rhythm_module
from services.scheduler.rhythm import Rhythm
from shared.errors import Transient, Unavailable


class Work:
    """Raises the given errors in turn, then works; `turns` counts all."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.turns = 0
        self.turned = asyncio.Condition()

    async def __call__(self) -> None:
        async with self.turned:
            self.turns += 1
            self.turned.notify_all()
        if self._errors:
            raise self._errors.pop(0)

    async def reaches(self, turns: int) -> None:
        async with asyncio.timeout(5), self.turned:
            await self.turned.wait_for(lambda: self.turns >= turns)


@asynccontextmanager
async def running(work: Callable[[], Awaitable[None]], seconds: float = 0.001) -> AsyncIterator[Rhythm]:
    rhythm = Rhythm("polls", seconds, work)
    task = asyncio.create_task(rhythm.run())
    try:
        yield rhythm
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def away() -> float | None:
    return REGISTRY.get_sample_value("babelwire_dependency_unavailable", {"stage": "scheduler", "dependency": "opensearch"})


async def test_it_is_ready_once_its_work_was_done() -> None:
    work = Work()
    rhythm = Rhythm("polls", 1, work)
    assert rhythm.not_live() is None
    assert rhythm.not_ready()
    async with running(work) as rhythm:
        await work.reaches(2)
        assert (rhythm.not_live(), rhythm.not_ready()) == (None, None)


async def test_while_a_dependency_is_away_it_is_live_but_not_ready_and_comes_back_by_itself() -> None:
    work = Work(*(Unavailable("opensearch", "refused") for _ in range(3)))
    async with running(work) as rhythm:
        await work.reaches(3)
        assert rhythm.not_live() is None
        assert "opensearch: refused" in (rhythm.not_ready() or "")
        assert away() == 1
        await work.reaches(5)
        assert rhythm.not_ready() is None
        assert away() == 0


async def test_what_fails_once_is_done_again() -> None:
    work = Work(Transient("changed meanwhile"))
    async with running(work) as rhythm:
        await work.reaches(3)
        assert rhythm.not_ready() is None


async def test_a_defect_ends_it_so_that_the_process_is_restarted() -> None:
    with pytest.raises(ZeroDivisionError):
        await Rhythm("polls", 0.001, Work(ZeroDivisionError())).run()


async def test_what_is_done_seldom_is_tried_again_soon_when_a_dependency_kept_it_from_being_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rhythm_module, "AGAIN_SECONDS", 0.001)
    work = Work(Unavailable("opensearch", "away"))
    async with running(work, 300) as rhythm:
        await work.reaches(2)
        await asyncio.sleep(0)
        assert rhythm.not_ready() is None
        assert work.turns == 2
