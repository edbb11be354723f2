"""Keeps stories: looks at what came, at what is around it and at nothing else, and writes what changed.

What is around: the nearest neighbours, whoever shares text, and then ring by ring the whole stories of what they may be of
one event with. What no bond connects can be decided apart (`clustering.py`), so the result is that of a look at everything,
as long as a neighbourhood is not cut at `TOGETHER`; and an article costs the same however many there are.

All is in the index: a worker that takes over looks once at what is in the window, and goes on with what has no place yet.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

from opensearchpy import AsyncOpenSearch

from services.trends.bonds import AROUND, ONE_EVENT, bonds
from services.trends.clustering import LINKS, Cluster, clustered, story_id
from services.trends.nearby import Found, Nearby, bands, sharing
from shared.search.lease import Turn
from shared.search.stories import Member, Stories, Story

BATCH = 50  # new articles looked at together
TOGETHER = 600  # articles looked at for one batch; what of a story is not looked at stays in it
# Each look goes back a little, for what could not be found yet; one a minute further, for what was stamped on a slower
# clock, or written late because OpenSearch was busy.
RECENT, OVERLAP = timedelta(minutes=1), timedelta(minutes=15)
COPIES = 16


class Assigning:
    """`window` is how far back articles are looked at. Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch, window: timedelta) -> None:
        self._stories = Stories(client)
        self._nearby = Nearby(client)
        self._window = window
        self.forget()

    def forget(self) -> None:
        """Another may have been at work: the next look is at all of the window."""
        self._looked: datetime | None = None
        self._looked_far: datetime | None = None
        self._placed: dict[str, int] = {}  # versions of what was indexed within `OVERLAP`: looks find it again and again

    async def assign(self, until: datetime, turn: Turn | None = None) -> int:
        """Brings stories and places up to what the index has of the window that ends at `until`; how many articles moved or
        came. Raises Fenced when `turn` is over.

        A story that lost its last member to another keeps its id and has no members.
        """
        since, far = self._since(until)
        moved, placed = 0, {} if far else self._placed
        async for versions in self._nearby.came(until - self._window, since):
            unsure = [key for key, version in versions.items() if self._placed.get(key, 0) < version]
            known = await self._stories.places(unsure)
            new = [key for key in unsure if key not in known or known[key].seen_version < versions[key]]
            for start in range(0, len(new), BATCH):
                batch = {key: versions[key] for key in new[start : start + BATCH]}
                moved += await self._place(batch, turn)
            if since:  # else it is the whole window
                placed |= versions
        if moved:
            await self._stories.refresh()
        self._looked, self._looked_far, self._placed = until, until if far else self._looked_far, placed
        return moved

    def _since(self, until: datetime) -> tuple[datetime | None, bool]:
        """Since when what was indexed is looked at (None: whenever it was), and whether that is far back."""
        if self._looked is None or self._looked_far is None:
            return None, True
        if until - self._looked_far < RECENT:
            return self._looked - RECENT, False
        return self._looked_far - OVERLAP, True

    async def _place(self, batch: Mapping[str, int], turn: Turn | None) -> int:
        found = await self._around(await self._nearby.read(batch))
        known = await self._stories.places(found)
        # In a thread: the worker must go on telling Kafka that it lives.
        clusters = await asyncio.to_thread(clustered, [one.candidate for one in found.values()])
        _keep_names(clusters, known, {story_id(key) for key in found})
        places = {cluster.story_id: _members(cluster, found, known) for cluster in clusters}
        changed = [one for members in places.values() for one in members if known.get(one.article_id) != one]
        told = {one.story_id for one in changed} | {
            known[one.article_id].story_id for one in changed if one.article_id in known
        }
        stories = await self._told(sorted(told), places, found)
        if turn:
            await turn.check()
        await self._stories.write(stories, changed, turn.epoch if turn else None)
        return sum(1 for one in changed if _moved(known.get(one.article_id), one))

    async def _around(self, new: dict[str, Found]) -> dict[str, Found]:
        """`new` and what has to be looked at with it, at most about `TOGETHER` articles."""
        candidates = [one.candidate for one in new.values()]
        near = await self._nearby.like(candidates)
        wanted = {one.article_id: bands(one.fingerprint) for one in candidates if one.fingerprint}
        first = min((one.seen_at for one in candidates), default=None)
        copies = await self._stories.with_bands(wanted, first - AROUND, COPIES) if first else {}
        beside = sharing(candidates)
        asked = {key: [*near.get(key, ()), *copies.get(key, ()), *beside[key]] for key in new}
        read = await self._nearby.read({other: None for others in asked.values() for other in others} | dict.fromkeys(new))
        tied = {other for key, others in asked.items() if key in read for other in _tied(read, key, others)}
        places = await self._stories.places(new)
        # A new text of an article may have to leave its story: its old neighbourhood is looked at too.
        ring = tied | {other for one in places.values() for other in one.links} | set(places)
        found = dict(new)
        while ring and len(found) < TOGETHER:
            found |= await self._nearby.read(dict.fromkeys(sorted(ring - set(found))[:TOGETHER]))
            members = await self._stories.places(ring)
            stories = await self._stories.several({one.story_id for one in members.values()})
            beyond = {key for one in members.values() for key in one.links}
            beyond |= {key for story in stories.values() for key in story.article_ids[-TOGETHER:]}
            ring = beyond - ring - set(found)
        return found

    async def _told(
        self, keys: Sequence[str], places: Mapping[str, list[Member]], found: Mapping[str, Found]
    ) -> list[Story]:
        """The stories `keys`, of the members in `places` and of those they had that were not looked at."""
        before = await self._stories.several(keys)
        unseen = {key for story in before.values() for key in story.article_ids if key not in found}
        old = await self._stories.places(unseen)
        return [story for key in keys if (story := _story(key, places.get(key, []), before.get(key), old, found))]


def _tied(read: Mapping[str, Found], key: str, others: Iterable[str]) -> list[str]:
    """Those of `others` that `key` may be of one event with."""
    there = [other for other in dict.fromkeys(others) if other in read and other != key]
    odds = bonds([read[name].candidate for name in (key, *there)])[0, 1:]
    return [other for other, one in zip(there, odds, strict=True) if one >= ONE_EVENT]


def _story(
    key: str, members: Sequence[Member], before: Story | None, old: Mapping[str, Member], found: Mapping[str, Found]
) -> Story | None:
    stayed = [old[one] for one in before.article_ids if one in old and old[one].story_id == key] if before else []
    everyone = sorted([*stayed, *members], key=lambda one: (one.seen_at, one.article_id))
    if not everyone:
        empty = {"article_ids": (), "source_ids": (), "languages": (), "articles": 0, "sources": 0}
        return before.model_copy(update=empty) if before else None
    title = before.title if before and stayed else _title([found[one.article_id] for one in members])
    return Story.of(key, title, everyone)


def _members(cluster: Cluster, found: Mapping[str, Found], known: Mapping[str, Member]) -> list[Member]:
    return [_member(key, cluster, found[key], known.get(key), found) for key in cluster.members]


def _member(key: str, cluster: Cluster, one: Found, before: Member | None, found: Mapping[str, Found]) -> Member:
    # Whom it was tied to and who was not looked at now, it is tied to still.
    unseen = [other for other in (before.links if before else ()) if other not in found]
    return Member(
        article_id=key,
        story_id=cluster.story_id,
        source_id=one.candidate.source_id,
        language=one.language,
        seen_at=one.candidate.seen_at,
        copy_of=cluster.copies.get(key),
        links=(*cluster.links[key], *unseen)[:LINKS],
        bands=bands(one.candidate.fingerprint),
        seen_version=one.version,
    )


def _moved(before: Member | None, now: Member) -> bool:
    return before is None or (before.story_id, before.copy_of) != (now.story_id, now.copy_of)


def _title(inside: Sequence[Found]) -> str:
    return next((one.title for one in inside if one.readable), inside[0].title)


def _keep_names(clusters: Sequence[Cluster], known: Mapping[str, Member], founded: Set[str]) -> None:
    """A story whose first article is not looked at keeps its id, with the first cluster that has one of it."""
    taken: set[str] = set()
    for cluster in clusters:
        names_before = (known[key].story_id for key in cluster.members if key in known)
        old = next((name for name in names_before if name not in founded and name not in taken), None)
        if old:
            cluster.story_id = old
            taken.add(old)
