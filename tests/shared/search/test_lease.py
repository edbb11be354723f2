import asyncio
from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.errors import Fenced
from shared.search.lease import Lease
from shared.search.stories import Member, Stories
from tests.shared.search.test_stories import story

pytestmark = pytest.mark.engines


def member(article_id: str, story_id: str) -> Member:
    seen = clock.now() - timedelta(hours=1)
    return Member(article_id=article_id, story_id=story_id, source_id="s", language="pt", seen_at=seen)


async def test_a_claim_ends_the_turn_of_whoever_had_it_before(client: AsyncOpenSearch) -> None:
    first = await Lease(client, "one", "a").claim()
    await first.check()
    second = await Lease(client, "one", "b").claim()
    assert second.epoch > first.epoch
    await second.check()
    with pytest.raises(Fenced):
        await first.check()


async def test_of_claims_at_one_time_each_has_an_epoch_of_its_own_and_the_highest_holds(client: AsyncOpenSearch) -> None:
    turns = await asyncio.gather(*(Lease(client, "many", str(n)).claim() for n in range(8)))
    assert len({turn.epoch for turn in turns}) == 8
    checks = await asyncio.gather(*(turn.check() for turn in turns), return_exceptions=True)
    assert [check is None for check in checks] == [turn.epoch == max(one.epoch for one in turns) for turn in turns]


async def test_what_was_on_its_way_when_its_writer_was_replaced_changes_nothing(client: AsyncOpenSearch) -> None:
    stories, old = Stories(client), await Lease(client, "late", "a").claim()
    await stories.write([story("l1", "x")], [member("x", "l1")], old.epoch)
    new = await Lease(client, "late", "b").claim()
    await stories.write([story("l2", "x", "y")], [member("x", "l2"), member("y", "l2")], new.epoch)
    with pytest.raises(Fenced):
        await stories.write([story("l1", "x", "y")], [member("y", "l1")], old.epoch)
    assert {key: one.story_id for key, one in (await stories.places(["x", "y"])).items()} == {"x": "l2", "y": "l2"}
    left = await stories.story("l1")
    assert left is not None
    assert left.article_ids == ("x",)
