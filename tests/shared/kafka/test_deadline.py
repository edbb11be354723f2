"""Deadlines count work, not waiting."""

import asyncio

import pytest

from shared.kafka.deadline import WorkDeadline


async def test_work_past_the_deadline_is_cancelled() -> None:
    with pytest.raises(TimeoutError):
        async with WorkDeadline(0.01):
            await asyncio.Event().wait()


async def test_waiting_does_not_count() -> None:
    async with WorkDeadline(0.05) as deadline:
        with deadline.waiting():
            await asyncio.sleep(0.2)


async def test_after_waiting_the_rest_of_the_time_counts() -> None:
    with pytest.raises(TimeoutError):
        async with WorkDeadline(0.05) as deadline:
            with deadline.waiting():
                await asyncio.sleep(0.1)
            await asyncio.Event().wait()


async def test_nested_waits_are_one_wait() -> None:
    async with WorkDeadline(0.05) as deadline:
        with deadline.waiting():
            with deadline.waiting():
                await asyncio.sleep(0.06)
            await asyncio.sleep(0.06)
