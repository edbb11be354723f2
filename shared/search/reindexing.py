"""Building a month of articles anew beside the old one, and putting it in its place with no gap in search.

A new index gets everything by the old one's sequence numbers, which tell exactly what was written since: rounds of copying,
each shorter than the last, while the indexer goes on writing. For the last one writes are blocked; the indexer takes that
for OpenSearch being busy and waits. Versions are the documents' own (external), so a copy never replaces what is newer, and
every step may be done again: an interrupted rebuild goes on where it was.

The alias `articles` is moved first. The old index goes only after `grace`, for a search that has begun on it still reads it;
from then on its name is an alias of the new one, so that whoever knows a document's month finds it where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch

from shared.errors import BabelwireError
from shared.search import names, templates
from shared.search.client import guarded
from shared.settings import Settings

SLICE = 2_000  # sequence numbers copied by one request
ROUNDS = 10
FEW = 500  # so many left to copy hold up the writers for less than a second
SLICE_SECONDS = 300
MAPPING = templates.MAPPINGS["articles-v1"]
CURRENT = MAPPING["version"]
Progress = Callable[[str, int, int], None]  # month, sequence numbers copied, of how many


class NotRebuilt(BabelwireError):
    """The new index is not the old one's equal; the old one stays."""


@dataclass(frozen=True)
class Month:
    """A month's name, the index behind it, the version of the mapping it was made by (None: before versions were noted), and
    the new index beside it where a rebuild has begun."""

    name: str
    index: str
    version: int | None
    documents: int
    begun: str | None = None

    @property
    def is_current(self) -> bool:
        return bool(self.version == CURRENT)


async def months(client: AsyncOpenSearch) -> list[Month]:
    """All months there are, the newest first. Raises Unavailable."""
    async with guarded():
        await client.indices.refresh(index=names.ARTICLES_PATTERN)
        there = await client.indices.get(index=f"{names.ARTICLES_PATTERN},{names.BUILT_PREFIX}*")
        found = []
        for index, told in there.items():
            month = _month(index, told)
            if month is None:
                continue
            begun = next((other for other in there if other != index and _is_for(other, month)), None)
            version = told["mappings"].get("_meta", {}).get("version")
            count = (await client.count(index=index))["count"]
            found.append(Month(month, index, version, count, begun))
    return sorted(found, key=lambda month: month.name, reverse=True)


def _month(index: str, told: dict[str, Any]) -> str | None:
    """The month that `index` stands for now; None where it is only being built."""
    prefix = names.ARTICLES_PATTERN.removesuffix("*")
    if index.startswith(prefix):
        return index
    return next((alias for alias in told["aliases"] if alias.startswith(prefix)), None)


def _is_for(index: str, month: str) -> bool:
    return index.startswith(f"{names.BUILT_PREFIX}{month}-")


async def rebuild(client: AsyncOpenSearch, settings: Settings, month: Month, progress: Progress, *, grace: float) -> str:
    """Builds `month` anew and puts it in place; gives the new index's name. Raises NotRebuilt, Unavailable; interrupted, it
    may be called again. `grace`, in seconds, is how long a search that has begun may go on."""
    async with guarded():
        target = await _target(client, settings, month)
        if names.ARTICLES not in await _aliases(client, target):
            copied = await _meta(client, target, "copied", -1)
            for _ in range(ROUNDS):
                copied, left = await _round(client, month, target, copied, progress)
                if left <= FEW:
                    break
            async with _blocked(client, month.index):
                await _round(client, month, target, copied, progress)
                await _serve(client, settings, target)
                await _verify(client, month.index, target)
                await _move(client, month.index, target)
        await client.indices.add_block(index=month.index, block="write")  # here already, unless it was interrupted
        await asyncio.sleep(grace)
        await client.indices.update_aliases(
            body={
                "actions": [
                    {"remove_index": {"index": month.index}},
                    {"add": {"index": target, "alias": month.name, "is_write_index": True}},
                ]
            }
        )
    return target


async def _target(client: AsyncOpenSearch, settings: Settings, month: Month) -> str:
    """The index being built, made unless it is there; one that was begun for an older mapping is thrown away."""
    if month.begun:
        if await _meta(client, month.begun, "version", None) == CURRENT:
            return month.begun
        await client.indices.delete(index=month.begun)
    number = 1 + int(month.index.rpartition("-")[2]) if month.index.startswith(names.BUILT_PREFIX) else 1
    target = f"{names.BUILT_PREFIX}{month.name}-{number}"
    body = templates.template(MAPPING, settings)["template"]
    # Neither searched nor in danger yet: refreshed and copied to replicas when it is whole.
    body["settings"]["index"] |= {"refresh_interval": "-1", "number_of_replicas": 0}
    await client.indices.create(index=target, body={"settings": body["settings"], "mappings": body["mappings"]})
    return target


async def _round(client: AsyncOpenSearch, month: Month, target: str, copied: int, progress: Progress) -> tuple[int, int]:
    """Copies what has been written since the number `copied`. Gives the number now copied, and how many are new by then."""
    last = await _checkpoint(client, month.index)
    await client.indices.refresh(index=month.index)  # what has a number up to `last` can now be searched
    while copied < last:
        upto = min(copied + SLICE, last)
        answer = await client.reindex(
            body={
                "source": {"index": month.index, "query": {"range": {"_seq_no": {"gt": copied, "lte": upto}}}},
                "dest": {"index": target, "version_type": "external"},
                "conflicts": "proceed",
            },
            params={"request_timeout": SLICE_SECONDS},
        )
        if answer["failures"]:
            raise NotRebuilt(f"{month.name}: the new mapping refuses a document: {answer['failures'][0]}"[:500])
        copied = upto
        await client.indices.put_mapping(index=target, body={"_meta": {"version": CURRENT, "copied": copied}})
        progress(month.name, copied + 1, last + 1)
    return copied, await _checkpoint(client, month.index) - copied


async def _checkpoint(client: AsyncOpenSearch, index: str) -> int:
    """All writes up to this sequence number are done, in whichever shard is furthest behind; -1: there are none."""
    stats = await client.indices.stats(index=index, params={"level": "shards"})
    shards = [copy for copies in stats["indices"][index]["shards"].values() for copy in copies if copy["routing"]["primary"]]
    return min(int(shard["seq_no"]["local_checkpoint"]) for shard in shards)


@asynccontextmanager
async def _blocked(client: AsyncOpenSearch, index: str) -> AsyncIterator[None]:
    """No writes to `index` meanwhile; afterwards only where what was to be done has failed.

    Set by the API of its own, which waits for what is just being written; as a mere setting it would not.
    """
    await client.indices.add_block(index=index, block="write")
    try:
        yield
    except BaseException:
        await client.indices.put_settings(index=index, body={"index.blocks.write": None})
        raise


async def _serve(client: AsyncOpenSearch, settings: Settings, target: str) -> None:
    refresh = f"{round(settings.refresh_seconds * 1000)}ms"
    await client.indices.put_settings(
        index=target, body={"index": {"refresh_interval": refresh, "number_of_replicas": settings.replicas}}
    )
    await client.indices.refresh(index=target)


async def _verify(client: AsyncOpenSearch, old: str, new: str) -> None:
    """As many documents, tombstones, revisions and vectors here and there."""
    body = {
        "size": 0, "track_total_hits": True,
        "aggs": {
            "revisions": {"sum": {"field": "revision"}}, "renderings": {"sum": {"field": "rendering"}},
            "tombstones": {"filter": {"exists": {"field": "withdrawn.state"}}},
            "vectors": {"filter": {"exists": {"field": "vector"}}},
        },
    }  # fmt: skip
    counted = []
    for index in (old, new):
        answer = await client.search(index=index, body=body)
        counted.append((answer["hits"]["total"]["value"], answer["aggregations"]))
    if counted[0] != counted[1]:
        raise NotRebuilt(f"{old} has {counted[0]}, {new} {counted[1]}; the old one stays")


async def _move(client: AsyncOpenSearch, old: str, new: str) -> None:
    """One step: no search sees both, or neither."""
    actions = [
        {"add": {"index": new, "alias": names.ARTICLES}},
        {"remove": {"index": old, "alias": names.ARTICLES, "must_exist": False}},
    ]
    await client.indices.update_aliases(body={"actions": actions})


async def _aliases(client: AsyncOpenSearch, index: str) -> set[str]:
    return {*(await client.indices.get_alias(index=index))[index]["aliases"]}


async def _meta(client: AsyncOpenSearch, index: str, key: str, otherwise: Any) -> Any:
    told = (await client.indices.get_mapping(index=index))[index]["mappings"].get("_meta", {})
    return told.get(key, otherwise)
