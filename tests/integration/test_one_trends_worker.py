"""Three trends workers on a real Kafka and a real OpenSearch: one works, whatever happens to it."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.search import names
from shared.search.client import connect
from shared.search.entries import Entries
from shared.search.lease import Claim
from shared.search.stories import Stories
from shared.search.templates import apply
from shared.settings import Settings
from tests.integration.bench import Bench, Worker, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(180)]
TAKE_OVER_SECONDS = 20.0
DIMENSIONS = 512


class Newsroom:
    """Puts articles about a few events into the index, and tells whether they have their place."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self.client, self.stories = client, Stories(client)
        self.ids: list[str] = []

    async def publish(self, number: int) -> None:
        for count in range(len(self.ids), len(self.ids) + number):
            at = clock.now() - timedelta(minutes=5)
            vector = [1.0 if place == count % 3 else 0.0 for place in range(DIMENSIONS)]
            body = {
                "article_id": f"worker-{count}", "source_id": f"source-{count}", "language": "pt", "title": "T",
                "vector": vector, "times": {"discovered": clock.iso(at), "indexed": clock.iso(clock.now())},
            }  # fmt: skip
            await self.client.index(index=names.month_index(at), id=f"worker-{count}", body=body, refresh=True)
            self.ids.append(f"worker-{count}")

    async def placed(self) -> bool:
        return set(await self.stories.places(self.ids)) == set(self.ids)

    async def in_one_story_each(self) -> bool:
        places = await self.stories.places(self.ids)
        lists = await self.stories.several({one.story_id for one in places.values()})
        listed = sorted(key for story in lists.values() for key in story.article_ids)
        return listed == sorted(self.ids) and len(lists) == 3

    async def writers(self, ids: list[str]) -> list[int]:
        """The epochs in which the articles got their places."""
        found = await self.client.mget(index=names.STORY_MEMBERS, body={"ids": ids}, _source=False)
        return [one["_version"] for one in found["docs"]]


@pytest.fixture
async def bench(kafka: str, search: str) -> AsyncIterator[Bench]:
    settings = Settings(kafka_bootstrap=kafka, opensearch_url=search, refresh_seconds=0.2)
    async with Bench(settings) as found:
        yield found


async def test_one_of_three_workers_works_and_another_takes_over_from_one_killed_or_stalled(bench: Bench) -> None:
    client = connect(bench.settings)
    try:
        await apply(client, bench.settings)
        newsroom, claims = Newsroom(client), Entries(client, names.LEASES, Claim)
        taken = list[float]()
        await newsroom.publish(6)
        fast = {"BABELWIRE_TRENDS_SESSION_SECONDS": "6", "BABELWIRE_TRENDS_TICK_SECONDS": "0.5"}
        workers = [await bench.service("trends", **fast) for _ in range(3)]

        async def at_work() -> tuple[int, Worker] | None:
            claim = await claims.get("trends")
            holders = {str(worker.pid): worker for worker in workers}
            return (claim.epoch, holders[claim.holder.rpartition(":")[2]]) if claim else None

        async def took_over(after: int) -> bool:
            found = await at_work()
            return found is not None and found[0] > after and await newsroom.placed()

        await until(lambda: took_over(0), "one is at work")
        for end in (signal.SIGKILL, signal.SIGSTOP):
            found = await at_work()
            assert found is not None
            epoch, worker = found
            worker.send(end)
            await newsroom.publish(3)
            began = time.monotonic()
            await until(lambda epoch=epoch: took_over(epoch), "another has taken over")  # type: ignore[misc]
            taken.append(time.monotonic() - began)
        now = await at_work()
        assert now is not None
        worker.send(signal.SIGCONT)
        await newsroom.publish(3)

        async def lost() -> bool:
            """The woken one stands by, or Kafka gave it the work anew."""
            found = await at_work()
            anew = found is not None and found[0] > now[0] and found[1] is worker
            return anew or await worker.metric("babelwire_trends_working") == 0

        await asyncio.gather(until(lost, "the woken one has lost its turn"), until(newsroom.placed, "work goes on"))
        await until(newsroom.in_one_story_each, "every article is in one story")
        assert min(await newsroom.writers(newsroom.ids[-3:])) >= now[0] > epoch
        print(f"took over in {taken[0]:.1f} s after kill -9, {taken[1]:.1f} s after a stall")
        assert max(taken) < TAKE_OVER_SECONDS
    finally:
        with contextlib.suppress(NameError, ProcessLookupError):  # one that is stopped would not hear that it should end
            worker.send(signal.SIGCONT)
        await client.close()
