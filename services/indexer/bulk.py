"""Writing documents: one coalescing bulk writer per process, its answers judged item by item."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from opensearchpy import AsyncOpenSearch, TransportError

from services.indexer.batching import Batching
from shared.errors import Poison, Transient, Unavailable
from shared.search.client import guarded
from shared.telemetry.metrics import BULK_DOCUMENTS, BULK_ITEMS

AT_ONCE = 2
# Together shorter than an item's deadline; after the last the whole stage waits at the gate.
PAUSES_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
BUSY = frozenset({429, 502, 503, 504})


class Result(Enum):
    """`CONFLICT`: what is stored has this version or a higher one."""

    WRITTEN = auto()
    CONFLICT = auto()


@dataclass(frozen=True)
class Document:
    """`version` is external: it is written only where what is stored has a lower one."""

    index: str
    id: str
    version: int
    body: Mapping[str, Any]


class BulkWriter:
    """`pauses` are the waits, in seconds, before what OpenSearch was too busy for is sent again."""

    def __init__(
        self,
        client: AsyncOpenSearch,
        *,
        documents: int,
        size: int,
        wait: float,
        pauses: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self._client = client
        self._pauses = pauses
        self._batching: Batching[str, Result] = Batching(self._send, most=documents, weight=size, wait=wait, at_once=AT_ONCE)

    async def write(self, document: Document) -> Result:
        """Writes a document whole.

        Raises Poison where the mapping refuses it, Unavailable while OpenSearch is away or stays too busy.
        """
        lines = _lines(document)
        return await self._batching.give(lines, len(lines))

    async def _send(self, batch: Sequence[str]) -> list[Result | Exception]:
        BULK_DOCUMENTS.observe(len(batch))
        answers: dict[int, Result | Exception] = {}
        todo = list(range(len(batch)))
        for pause in (*self._pauses, None):
            items = await self._bulk("".join(batch[place] for place in todo))
            judged = {place: judge(item) for place, item in zip(todo, items, strict=True)}
            answers |= {place: answer for place, answer in judged.items() if answer is not None}
            todo = [place for place, answer in judged.items() if answer is None]
            if not todo or pause is None:
                break
            BULK_ITEMS.labels("busy").inc(len(todo))
            await asyncio.sleep(pause)
        for place in todo:
            answers[place] = Unavailable("opensearch", "too busy to write")
        for answer in answers.values():
            BULK_ITEMS.labels(answer.name.lower() if isinstance(answer, Result) else type(answer).__name__.lower()).inc()
        return [answers[place] for place in range(len(batch))]

    async def _bulk(self, body: str) -> list[Mapping[str, Any]]:
        try:
            async with guarded():
                answer = await self._client.bulk(body=body)
        except TransportError as error:
            raise Transient(f"bulk request refused: {error}"[:300]) from error
        items: list[Mapping[str, Any]] = answer["items"]
        return items


def judge(item: Mapping[str, Any]) -> Result | Exception | None:
    """What an item of a bulk answer says of its document; None where it is to be sent again."""
    (result,) = item.values()
    status = result["status"]
    error = result.get("error") or {}
    reason = f"{error.get('type')}: {error.get('reason')}"[:300]
    if status in (200, 201):
        return Result.WRITTEN
    if status == 409:
        return Result.CONFLICT
    if status in BUSY:
        return None
    if status == 400:
        return Poison(f"the mapping refuses the document: {reason}")
    return Unavailable("opensearch", f"{status}: {reason}")  # no such index, no right, a block on writing


def _lines(document: Document) -> str:
    action = {
        "index": {
            "_index": document.index,
            "_id": document.id,
            "version": document.version,
            "version_type": "external",
        }
    }
    return f"{json.dumps(action)}\n{json.dumps(document.body, ensure_ascii=False)}\n"
