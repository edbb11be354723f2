"""Waiting for a dependency that is down for everyone."""

import asyncio

import pytest

from shared.errors import Unavailable
from shared.kafka.gate import Gate

AWAY = Unavailable("opensearch", "connection refused")


async def test_an_open_gate_lets_pass_at_once() -> None:
    assert await Gate().passed() is False


async def test_behind_a_shut_gate_one_tries_and_the_others_wait() -> None:
    gate = Gate()
    gate.shut(AWAY, tried=False)
    waiting = [asyncio.create_task(gate.passed()) for _ in range(5)]
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result() for task in done] == [True]
    assert len(pending) == 4
    gate.opened(tried=True)
    assert [await task for task in pending] == [False] * 4


async def test_a_failed_try_passes_the_turn_on() -> None:
    gate = Gate()
    gate.shut(AWAY, tried=False)
    assert await gate.passed() is True
    gate.shut(AWAY, tried=True)
    assert await gate.passed() is True
    assert not gate.is_open


async def test_a_cancelled_waiter_leaves_the_turn_to_others() -> None:
    gate = Gate()
    gate.shut(AWAY, tried=False)
    first = asyncio.create_task(gate.passed())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(5):
        assert await gate.passed() is True


async def test_a_success_from_before_the_outage_does_not_open_it() -> None:
    gate = Gate()
    gate.shut(AWAY, tried=False)
    gate.opened(tried=False)
    assert not gate.is_open


async def test_closing_and_opening_are_told_once_each() -> None:
    told: list[tuple[str, bool]] = []
    gate = Gate(lambda what, shut: told.append((what, shut)))
    gate.shut(AWAY, tried=False)
    gate.shut(AWAY, tried=False)
    tried = await gate.passed()
    gate.opened(tried)
    assert told == [("opensearch", True), ("opensearch", False)]
