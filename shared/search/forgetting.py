"""Where else articles leave traces: stories, trends, readers' reports. What was taken down is taken out of all of them.

Who forgets in stories and trends has taken the trends worker's turn (shared/search/lease.py), and writes with its `epoch`:
else the worker, which knows the articles, would put them back. It takes the next turn with no memory of them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import IF_THERE, Entries
from shared.search.reads import chunks
from shared.search.reports import Report
from shared.search.stories import Member, Stories, Story
from shared.search.trends import Board, PastTrend, board_ids, without

MOST = 10_000


async def forget_in_stories(client: AsyncOpenSearch, article_ids: Collection[str], epoch: int) -> list[str]:
    """Takes the articles out of their stories, whose titles may be theirs. Returns the ids of the stories touched.

    Places go first: what is counted anew from places does not find the articles again. Raises Unavailable.
    """
    stories, members = Entries(client, names.STORIES, Story), Entries(client, names.STORY_MEMBERS, Member)
    gone = frozenset(article_ids)
    places = await members.read(gone)
    await members.remove(places)
    hits = await _with(client, names.STORIES, article_ids)
    touched = sorted({hit["_id"] for hit in hits} | {stored.entry.story_id for stored in places.values()})
    for story_id in touched:
        if (story := await stories.get(story_id)) is None:
            continue
        left = [one for one in await Stories(client).members(story) if one.article_id not in gone]
        if not left:
            await stories.remove([story_id])
            continue
        title = await _title(client, [one.article_id for one in left])
        await stories.put_all({story_id: Story.of(story_id, title or "", left)}, epoch)
    return touched


async def forget_in_trends(client: AsyncOpenSearch, article_ids: Collection[str], epoch: int) -> list[Trend]:
    """Takes the articles out of the evidence of trends, of now and of the past. Returns the newest of each trend touched."""
    boards, past = Entries(client, names.TRENDS, Board), Entries(client, names.TRENDS, PastTrend)
    gone = frozenset(article_ids)
    touched: dict[str, Trend] = {}
    for stored in chunks([hit["_id"] for hit in await _with(client, names.TRENDS, article_ids)]):
        found = await past.read(stored)
        changed = {key: new for key, old in found.items() if (new := without(old.entry, gone)) != old.entry}
        await past.put_all(changed, epoch)
        for one in changed.values():
            if one.trend_id not in touched or one.at > touched[one.trend_id].at:
                touched[one.trend_id] = Trend.model_validate(one.model_dump())
    for ids in chunks(board_ids(clock.now())):
        there = await boards.read(ids)
        cleared = {key: board for key, old in there.items() if (board := old.entry.without(gone))}
        await boards.put_all(cleared, epoch)
    return [*touched.values()]


async def forget_in_reports(client: AsyncOpenSearch, article_ids: Collection[str]) -> int:
    """Removes what readers reported of the articles, for it quotes them. Returns how many reports there were."""
    found = [hit["_id"] for hit in await _with(client, names.REPORTS, article_ids, field="article_id")]
    await Entries(client, names.REPORTS, Report).remove(found)
    return len(found)


async def _title(client: AsyncOpenSearch, article_ids: list[str]) -> str | None:
    """The English title of the first of the articles that has one, else its own."""
    query = {"terms": {"article_id": article_ids}}
    body = {"size": len(article_ids), "query": query, "_source": ["title", "translation.title", "translation.status"]}
    async with guarded():
        answer = await client.search(index=names.ARTICLES, body=body)
    found: dict[str, Mapping[str, Any]] = {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}
    there = [found[key] for key in article_ids if key in found and "translation" in found[key]]
    english = [one["translation"]["title"] for one in there if one["translation"]["status"] != "pending"]
    return next(iter((*english, *(one["title"] for one in there))), None)


async def _with(
    client: AsyncOpenSearch, index: str, article_ids: Iterable[str], field: str = "article_ids"
) -> list[dict[str, Any]]:
    """The hits of `index` that name one of the articles."""
    found: list[dict[str, Any]] = []
    for chunk in chunks(article_ids):
        async with guarded():
            await client.indices.refresh(index=index, params=IF_THERE)
            body = {"size": MOST, "query": {"terms": {field: chunk}}, "_source": False}
            answer = await client.search(index=index, body=body, params=IF_THERE)
        found += answer["hits"]["hits"]
    return found
