import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import numpy
import pytest
from opensearchpy import AsyncOpenSearch

from services.trends.assigning import Assigning
from services.trends.bonds import Candidate
from services.trends.clustering import clustered
from shared import clock
from shared.errors import Fenced
from shared.search import names
from shared.search.lease import Lease
from shared.search.stories import Stories
from tests.services.trends.articles import article

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)
DIMENSIONS = 512


def vector(*places: int) -> list[float]:
    return [len(places) ** -0.5 if place in places else 0.0 for place in range(DIMENSIONS)]


async def put(
    client: AsyncOpenSearch, key: str, source: int, hours: int, direction: list[float], late: timedelta = timedelta()
) -> None:
    """`late`: how long after it was stamped as indexed it is written."""
    at = clock.now() - hours * HOUR
    told = {"title": f"About {key}", "vector": direction, "article_id": key}
    body = article(source, [], at) | told
    body["times"]["indexed"] = clock.iso(clock.now() - late)
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


async def newsday(client: AsyncOpenSearch, number: int, events: int, seed: int) -> AsyncIterator[list[Candidate]]:
    """Articles around `events` events, in the index bit by bit, in no order."""
    chance = random.Random(seed)
    centres = [numpy.array([chance.gauss(0, 1) for _ in range(DIMENSIONS)]) for _ in range(events)]
    now, found = clock.now().replace(microsecond=0), list[tuple[Candidate, list[dict[str, Any]]]]()
    for count in range(number):
        event = chance.randrange(events)
        noise = numpy.array([chance.gauss(0, chance.choice((0.5, 0.8, 1.0))) for _ in range(DIMENSIONS)])
        direction = (centres[event] + noise) / numpy.linalg.norm(centres[event] + noise)
        marks = [f"{seed}{event:04}", "place"] if chance.random() < 0.5 else []
        copied = f"{chance.getrandbits(64):016x}" if chance.random() < 0.8 else f"{event:016x}"
        at = now - chance.randint(1, 40) * HOUR
        one = Candidate(f"day{seed}-{count}", at, f"source-{chance.randrange(30)}", direction, frozenset(marks), copied)
        told = {"article_id": one.article_id, "vector": [round(float(x), 6) for x in direction], "marks": marks}
        body = article(1, [], at) | told | {"source_id": one.source_id, "fingerprint": copied, "title": f"About {event}"}
        body["times"]["indexed"] = clock.iso(clock.now())
        found.append((one, [{"index": {"_index": names.month_index(at), "_id": one.article_id}}, body]))
    chance.shuffle(found)
    while found:
        some, found = found[:97], found[97:]
        answer = await client.bulk(body=[line for _, lines in some for line in lines], refresh=True)
        assert not answer["errors"], answer
        yield [one for one, _ in some]


async def kept(stories: Stories, ids: list[str]) -> set[frozenset[str]]:
    """The stories that `ids` are in, as the index has them; each article must be in the lists of one only."""
    places = await stories.places(ids)
    assert set(places) == set(ids)
    lists = await stories.several({one.story_id for one in places.values()})
    assert sum(len(story.article_ids) for story in lists.values()) == len(ids)
    for key, story in lists.items():
        assert {one for one in ids if places[one].story_id == key} == set(story.article_ids)
        assert story.articles == len(story.article_ids)
    return {frozenset(story.article_ids) for story in lists.values()}


async def test_looking_only_around_what_came_gives_the_stories_of_a_look_at_everything(client: AsyncOpenSearch) -> None:
    stories, assigning, day = Stories(client), Assigning(client, 96 * HOUR), list[Candidate]()
    async for some in newsday(client, 240, 24, 1):
        day += some
        assert await assigning.assign(clock.now()) >= len(some)
    expected = {frozenset(cluster.members) for cluster in clustered(day)}
    assert 24 < len(expected) < 200
    assert await kept(stories, [one.article_id for one in day]) == expected
    assert await assigning.assign(clock.now()) == await Assigning(client, 96 * HOUR).assign(clock.now()) == 0


async def test_a_text_that_changed_leaves_its_story(client: AsyncOpenSearch) -> None:
    assigning, stories = Assigning(client, 96 * HOUR), Stories(client)
    await put(client, "change-1", 1, 5, vector(91))
    await put(client, "change-2", 2, 4, vector(91))
    await assigning.assign(clock.now())
    assert await kept(stories, ["change-1", "change-2"]) == {frozenset({"change-1", "change-2"})}
    await put(client, "change-2", 2, 4, vector(92))
    await assigning.assign(clock.now())
    assert await kept(stories, ["change-1", "change-2"]) == {frozenset({"change-1"}), frozenset({"change-2"})}


async def test_what_has_its_place_is_not_asked_for_at_every_look(client: AsyncOpenSearch) -> None:
    async def asked() -> int:
        told = await client.indices.stats(index=names.STORY_MEMBERS, metric="get")
        return int(told["_all"]["total"]["get"]["total"])

    assigning = Assigning(client, 96 * HOUR)
    for number in range(20):
        await put(client, f"match-{number}", number, 3, vector(number))
    for _ in range(2):  # of the whole window, then of what came lately
        await assigning.assign(clock.now())
    before = await asked()
    assert await assigning.assign(clock.now()) == 0
    assert await asked() == before
    await put(client, "match-0", 0, 3, vector(0, 400))
    await assigning.assign(clock.now())
    assert 0 < await asked() - before < 20


async def test_what_is_written_long_after_its_stamp_gets_its_place_a_minute_later_at_most(client: AsyncOpenSearch) -> None:
    assigning, stories, now = Assigning(client, 96 * HOUR), Stories(client), clock.now()
    await assigning.assign(now)
    await put(client, "late", 1, 3, vector(5), late=timedelta(minutes=14))
    await put(client, "prompt", 2, 3, vector(6), late=timedelta(seconds=50))
    await assigning.assign(now)
    assert await stories.of_article("late") is None
    assert await stories.of_article("prompt")
    await assigning.assign(now + timedelta(minutes=1))
    assert await stories.of_article("late")


async def test_who_lost_its_turn_writes_nothing(client: AsyncOpenSearch) -> None:
    first, second, stories = Lease(client, "assign", "a"), Lease(client, "assign", "b"), Stories(client)
    await put(client, "fence-1", 1, 3, vector(101))
    old = await first.claim()
    await second.claim()
    with pytest.raises(Fenced):
        await Assigning(client, 96 * HOUR).assign(clock.now(), old)
    assert await stories.places(["fence-1"]) == {}
