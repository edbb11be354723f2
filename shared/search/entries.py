"""Entries kept by id and changed by compare-and-set: what the ledger, the sources and the hosts are made of.

Reads go by id, which OpenSearch answers in real time, so that no refresh lag can fool a decision.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from opensearchpy import AsyncOpenSearch
from pydantic import BaseModel

from shared.errors import Poison, Transient, Unavailable
from shared.search.client import guarded
from shared.search.reads import TOGETHER_SECONDS, chunks, read

# Each round at least one of those who compete gets through, so this is also about how many may compete for one entry.
ROUNDS = 50
PAUSE_SECONDS = 0.02
IF_THERE = {"ignore_unavailable": "true"}

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Stored(Generic[M]):
    """An entry with the version it was read at."""

    entry: M
    seq_no: int
    primary_term: int


class Entries(Generic[M]):
    """The entries of one index. Everything raises Unavailable when OpenSearch, or the index, is away."""

    def __init__(self, client: AsyncOpenSearch, index: str, model: type[M]) -> None:
        self.client = client
        self.index = index
        self._model = model
        self._present = False

    async def read(self, ids: Iterable[str]) -> dict[str, Stored[M]]:
        """The entries that exist among `ids`."""
        return await self._read(ids, within=0.0)

    async def get(self, entry_id: str) -> M | None:
        """The entry `entry_id`, or None; asked for together with what others ask for within a few milliseconds."""
        found = await self._read([entry_id], within=TOGETHER_SECONDS)
        return found[entry_id].entry if found else None

    async def _read(self, ids: Iterable[str], within: float) -> dict[str, Stored[M]]:
        wanted = filter(None, ids)  # OpenSearch refuses the whole request for one empty id
        found: dict[str, Stored[M]] = {}
        for key, doc in (await read(self.client, self.index, wanted, within)).items():
            if "error" in doc:
                raise Unavailable("opensearch", f"{self.index}: {doc['error'].get('type')}")
            if doc["found"]:
                found[key] = self.stored(doc)
        return found

    async def search(self, body: Mapping[str, Any], *, if_there: bool = False) -> list[M]:
        """The entries that the search `body` finds, as of the last refresh. `if_there`: none where there is no such index,
        which is so before the first start with a version that has it."""
        async with guarded():
            answer = await self.client.search(index=self.index, body=body, params=IF_THERE if if_there else None)
        return [self._model.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]

    async def create(self, entries: Mapping[str, M]) -> set[str]:
        """Creates each entry, unless its id is taken. Returns the ids created."""
        return await self._bulk({key: ({"create": {"_id": key}}, entry) for key, entry in entries.items()})

    async def replace(self, changes: Mapping[str, tuple[Stored[M], M]]) -> set[str]:
        """Replaces each entry, unless it was changed since it was read. Returns the ids replaced."""
        return await self._bulk(
            {
                key: ({"index": {"_id": key, "if_seq_no": old.seq_no, "if_primary_term": old.primary_term}}, new)
                for key, (old, new) in changes.items()
            }
        )

    async def put(self, entry_id: str, entry: M) -> None:
        """Writes the entry whatever stood there."""
        await self.put_all({entry_id: entry})

    async def put_all(self, entries: Mapping[str, M], epoch: int | None = None) -> set[str]:
        """Writes each entry whatever stood there; with an `epoch`, unless a later one wrote it. Returns the ids written."""
        fence = {} if epoch is None else {"version": epoch, "version_type": "external_gte"}
        return await self._bulk({key: ({"index": {"_id": key, **fence}}, entry) for key, entry in entries.items()})

    async def remove(self, ids: Iterable[str]) -> None:
        """Removes each entry that is there."""
        for chunk in chunks(ids):
            async with guarded():
                answer = await self.client.bulk(body=[{"delete": {"_id": key}} for key in chunk], index=self.index)
            for item in map(_only, answer["items"]):
                if item["status"] != 404:
                    _accepted(item)

    async def change(self, entry_id: str, rule: Callable[[M], M | None]) -> M | None:
        """Applies `rule` to the entry as it stands, again when someone else was faster.

        Returns the new entry; None where there is none or the rule gives None. Raises Transient when it never gets through.
        """
        async for _ in rounds(self.index):
            found = await self.read([entry_id])
            changed = rule(found[entry_id].entry) if found else None
            if changed is None:
                return None
            if await self.replace({entry_id: (found[entry_id], changed)}):
                return changed
        raise AssertionError("rounds() ends by raising")

    async def refresh(self) -> None:
        """Makes searches see what was written."""
        async with guarded():
            await self.client.indices.refresh(index=self.index)

    def stored(self, hit: Mapping[str, Any]) -> Stored[M]:
        """The entry of a hit that carries its version."""
        return Stored(self._model.model_validate(hit["_source"]), hit["_seq_no"], hit["_primary_term"])

    async def _bulk(self, actions: Mapping[str, tuple[dict[str, Any], M]]) -> set[str]:
        await self._require()
        done: set[str] = set()
        for chunk in chunks(actions.items()):
            lines = [line for _, (action, entry) in chunk for line in (action, entry.model_dump(mode="json"))]
            async with guarded():
                answer = await self.client.bulk(body=lines, index=self.index)
            done.update(item["_id"] for item in map(_only, answer["items"]) if _accepted(item))
        return done

    async def _require(self) -> None:
        """A write to an index that is not there would create it, with guessed mappings."""
        if self._present:
            return
        async with guarded():
            self._present = await self.client.indices.exists(index=self.index)
        if not self._present:
            raise Unavailable("opensearch", f"index {self.index} is not there yet")


async def rounds(what: str) -> Any:
    """Rounds of a compare-and-set, with a short random pause between them. Raises Transient after the last."""
    for number in range(ROUNDS):
        if number:
            await asyncio.sleep(random.uniform(0, PAUSE_SECONDS * min(number, 10)))  # noqa: S311
        yield number
    raise Transient(f"{what}: an entry changed {ROUNDS} times while it was to be changed")


def _only(item: Mapping[str, Any]) -> dict[str, Any]:
    """A bulk item's result, whatever its action."""
    (result,) = item.values()
    return dict(result)


def _accepted(result: Mapping[str, Any]) -> bool:
    status = result["status"]
    if status in (200, 201):
        return True
    if status == 409:
        return False
    reason = str(result.get("error", {}).get("reason", ""))[:200]
    if status == 400:
        raise Poison(f"{result['_index']} refuses {result['_id']}: {reason}")
    raise Unavailable("opensearch", f"{status}: {reason}")
