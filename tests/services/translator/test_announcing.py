import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from services.translator.announcing import announce, offered
from shared.errors import Unavailable
from tests.services.translator.fakes import FakeEngine


class Board:
    """What was announced; it is away as often as told."""

    def __init__(self, away: int = 0) -> None:
        self.said: list[dict[str, str]] = []
        self.away = away

    async def announce(self, engines: Mapping[str, str], now: datetime) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("opensearch", "down")
        self.said.append(dict(engines))


async def announced(engine: FakeEngine, board: Board, until: Callable[[], bool], tell: float = 3600) -> None:
    """Announces until `until` holds."""
    task = asyncio.create_task(announce([engine], board, look=0.001, tell=tell))  # type: ignore[arg-type]
    async with asyncio.timeout(30):
        while not until():
            assert not task.done(), task.result()
            await asyncio.sleep(0.001)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_the_first_engine_that_knows_a_language_is_named_and_english_is_not_translated() -> None:
    first, second = FakeEngine(languages=["pt", "en"]), FakeEngine(languages=["pt", "fr"])
    second.name = "second"
    assert offered([first, second]) == {"pt": "fake 1", "fr": "second 1"}


async def test_a_language_that_comes_while_it_runs_is_told() -> None:
    engine, board = FakeEngine(languages=["pt"]), Board()

    def both() -> bool:
        if len(board.said) == 1:
            engine.languages = ["fr", "pt"]
        return len(board.said) == 2

    await announced(engine, board, both)
    assert set(board.said[1]) == {"fr", "pt"}


async def test_what_does_not_change_is_told_again_before_it_lapses() -> None:
    board = Board()
    await announced(FakeEngine(), board, lambda: len(board.said) == 3, tell=0.005)
    assert board.said == [{"pt": "fake 1"}] * 3


async def test_an_index_that_is_away_is_told_when_it_is_back() -> None:
    board = Board(away=3)
    await announced(FakeEngine(), board, lambda: len(board.said) == 1)
