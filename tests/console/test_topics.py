"""`babelwire topics apply`."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.topics import TRENDS
from tests.console.commands import babelwire

pytestmark = pytest.mark.engines


def test_a_dry_run_says_what_is_missing_and_makes_nothing(topics: str) -> None:
    env = {"BABELWIRE_KAFKA_BOOTSTRAP": topics}
    asyncio.run(_delete(topics))
    for _ in range(2):
        looked = babelwire("topics", "apply", "--dry-run", env=env)
        assert looked.stdout == f"{TRENDS.name} is missing\n"
        assert "1 differences; nothing was changed" in looked.stderr
    assert babelwire("topics", "apply", env=env).stdout == f"{TRENDS.name}\n"
    assert babelwire("topics", "apply", "--dry-run", env=env).stdout == ""


async def _delete(kafka: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.delete_topics([TRENDS.name])
    async with asyncio.timeout(30):
        while TRENDS.name in await admin.list_topics():
            await asyncio.sleep(0.05)
    await admin.close()
