from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from services.trends.assigning import Assigning
from shared import clock
from shared.search import names
from shared.search.stories import Stories
from tests.services.trends.articles import article

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)
DIMENSIONS = 512


def vector(*places: int) -> list[float]:
    return [len(places) ** -0.5 if place in places else 0.0 for place in range(DIMENSIONS)]


async def put(client: AsyncOpenSearch, key: str, source: int, hours: int, direction: list[float]) -> None:
    at = clock.now() - hours * HOUR
    title = {"title": f"About {key}", "vector": direction, "article_id": key}
    body = article(source, [], at) | title
    await client.index(index=names.month_index(at), id=key, body=body, refresh=True)


async def test_articles_about_one_event_get_one_story_and_nothing_changes_when_told_again(client: AsyncOpenSearch) -> None:
    assigning, stories = Assigning(client, 96 * HOUR), Stories(client)
    await put(client, "flood-1", 1, 5, vector(1))
    await put(client, "flood-2", 2, 4, vector(1, 2))
    await put(client, "theft", 3, 3, vector(300))
    await assigning.assign(clock.now())
    flood = await stories.of_article("flood-2")
    assert flood is not None
    assert (flood.article_ids, flood.sources, flood.title) == (("flood-1", "flood-2"), 2, "About flood-1")
    alone = await stories.of_article("theft")
    assert alone is not None
    assert alone.article_ids == ("theft",)
    assert await assigning.assign(clock.now()) == 0


async def test_an_earlier_article_that_comes_late_moves_the_story_and_leaves_nobody_in_two(client: AsyncOpenSearch) -> None:
    assigning, stories = Assigning(client, 96 * HOUR), Stories(client)
    await put(client, "storm-2", 1, 4, vector(40))
    await assigning.assign(clock.now())
    before = await stories.of_article("storm-2")
    assert before is not None
    await put(client, "storm-1", 2, 6, vector(40))
    await assigning.assign(clock.now())
    after = await stories.of_article("storm-2")
    assert after is not None
    assert after.article_ids == ("storm-1", "storm-2")
    left = await stories.story(before.story_id)
    assert left is not None
    assert (left.article_ids, left.articles) == ((), 0)


async def test_a_story_that_outlasts_the_window_keeps_its_name_and_its_old_members(client: AsyncOpenSearch) -> None:
    stories = Stories(client)
    await put(client, "siege-1", 1, 50, vector(70))
    await put(client, "siege-2", 2, 10, vector(70))
    await Assigning(client, 96 * HOUR).assign(clock.now())
    before = await stories.of_article("siege-1")
    assert before is not None
    await put(client, "siege-3", 3, 1, vector(70))
    await Assigning(client, 24 * HOUR).assign(clock.now())
    after = await stories.of_article("siege-3")
    assert after is not None
    assert (after.story_id, after.article_ids) == (before.story_id, ("siege-1", "siege-2", "siege-3"))
    assert await Assigning(client, 24 * HOUR).assign(clock.now()) == 0
