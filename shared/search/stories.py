"""Stories, and which article belongs to which: the trends worker writes them, the web service reads them.

An article's entry is kept under the article's id, so no article can be in two stories. The lists in a story are made from
those entries; where the two differ for a moment, the article's entry is right.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.errors import Fenced
from shared.search import names
from shared.search.client import guarded, hits_of
from shared.search.entries import Entries

MOST = 100


class Story(BaseModel):
    """The articles about one event, the first seen first. `title` is the English one of its first member that has one;
    `articles` and `sources` count, `first_at` and `last_at` are times of first sight."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    story_id: str
    title: str
    article_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    languages: tuple[str, ...]
    articles: int
    sources: int
    first_at: AwareDatetime
    last_at: AwareDatetime

    @classmethod
    def of(cls, story_id: str, title: str, members: Sequence["Member"]) -> "Story":
        """The story that `members`, at least one and the first seen first, are of."""
        sources = tuple(dict.fromkeys(one.source_id for one in members))
        return cls(
            story_id=story_id,
            title=title,
            article_ids=tuple(one.article_id for one in members),
            source_ids=sources,
            languages=tuple(dict.fromkeys(one.language for one in members)),
            articles=len(members),
            sources=len(sources),
            first_at=members[0].seen_at,
            last_at=members[-1].seen_at,
        )


class Member(BaseModel):
    """An article's place. `copy_of`: the member whose text it repeats (agency copy), None for a text of its own.

    `links`: articles of this or another story that it may be of one event with, the likeliest first; `bands`: pieces of its
    fingerprint, of which near-duplicates share one; `seen_version`: of the document that was looked at.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    article_id: str
    story_id: str
    source_id: str
    language: str
    seen_at: AwareDatetime
    copy_of: str | None = None
    links: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    seen_version: int = 0


class Stories:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._stories = Entries(client, names.STORIES, Story)
        self._members = Entries(client, names.STORY_MEMBERS, Member)

    async def story(self, story_id: str) -> Story | None:
        """The story, read by id; None where there is none."""
        return await self._stories.get(story_id)

    async def of_article(self, article_id: str) -> Story | None:
        """The story that the article is in; None before it was assigned."""
        member = await self._members.get(article_id)
        return await self.story(member.story_id) if member else None

    async def several(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """Those of the stories that exist, by id."""
        return {key: stored.entry for key, stored in (await self._stories.read(story_ids)).items()}

    async def places(self, article_ids: Iterable[str]) -> dict[str, Member]:
        """The places of those of the articles that have one, by article id."""
        return {key: stored.entry for key, stored in (await self._members.read(article_ids)).items()}

    async def members(self, story: Story) -> list[Member]:
        """The story's members, the first seen first."""
        places = await self.places(story.article_ids)
        return [places[key] for key in story.article_ids if key in places and places[key].story_id == story.story_id]

    async def latest(self, size: int, *, min_sources: int = 2, since: datetime | None = None) -> list[Story]:
        """At most 100 stories of `min_sources` or more, those that last had news first."""
        filters: list[dict[str, Any]] = [{"range": {"sources": {"gte": min_sources}}}]
        if since:
            filters.append({"range": {"last_at": {"gte": clock.iso(since)}}})
        body = {
            "size": min(size, MOST),
            "query": {"bool": {"filter": filters}},
            "sort": [{"last_at": "desc"}, {"story_id": "asc"}],
        }
        return await self._stories.search(body)

    async def with_bands(self, bands: Mapping[str, Sequence[str]], since: datetime, most: int) -> dict[str, list[str]]:
        """For each key of `bands` the ids of at most `most` articles, last seen first, that share one of its bands."""
        lines: list[dict[str, Any]] = []
        for wanted in bands.values():
            filters = [{"terms": {"bands": list(wanted)}}, {"range": {"seen_at": {"gte": clock.iso(since)}}}]
            body = {"size": most, "query": {"bool": {"filter": filters}}, "sort": [{"seen_at": "desc"}], "_source": False}
            lines += [{}, body]
        if not lines:
            return {}
        async with guarded():
            answer = await self._client.msearch(body=lines, index=names.STORY_MEMBERS)
        return {key: [hit["_id"] for hit in hits_of(one)] for key, one in zip(bands, answer["responses"], strict=True)}

    async def write(self, stories: Sequence[Story], members: Sequence[Member], epoch: int | None = None) -> None:
        """Writes the places, then the stories: whoever reads between the two misses a member and never sees one twice.

        Raises Fenced, and writes no story, where a later `epoch` has given one of the articles its place.
        """
        placed = await self._members.put_all({member.article_id: member for member in members}, epoch)
        if epoch is not None and len(placed) < len({member.article_id for member in members}):
            raise Fenced("stories", epoch)
        await self._stories.put_all({story.story_id: story for story in stories}, epoch)

    async def refresh(self) -> None:
        """Makes searches see every place that was written."""
        await self._members.refresh()
