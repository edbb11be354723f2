"""What comes of it when aiokafka gives up."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.errors import Unavailable
from shared.kafka.connection import guarded
from shared.search import client


@pytest.mark.parametrize("error", [KafkaConnectionError("gone"), OSError("refused"), TimeoutError()])
def test_what_says_that_kafka_is_away_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable, match="on news"), guarded(" on news.pages"):
        raise error


async def test_a_request_that_a_client_cancels_by_itself_does_not_end_who_asked() -> None:
    given_up = asyncio.get_running_loop().create_future()
    given_up.cancel()
    with pytest.raises(Unavailable), guarded():
        await given_up
    with pytest.raises(Unavailable):
        async with client.guarded():
            await given_up


async def test_who_is_cancelled_himself_ends() -> None:
    async def waiting() -> None:
        async with client.guarded():
            with guarded():
                await asyncio.sleep(60)

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting()
