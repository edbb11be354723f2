import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from opensearchpy import TransportError

from services.indexer.bulk import BulkWriter, Document, Result, judge
from shared.errors import Poison, Transient, Unavailable

Answer = Callable[[list[dict[str, Any]]], list[int]]


class Busy:
    """Stands for OpenSearch, which cannot be made to answer 429 at will: answers each bulk request with the next of
    `script`, a list of one status per document, or an error."""

    def __init__(self, *script: list[int] | Exception) -> None:
        self.script = list(script)
        self.seen: list[list[str]] = []

    async def bulk(self, body: str) -> dict[str, Any]:
        ids = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        self.seen.append(ids)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"items": [item(status, name) for status, name in zip(answer, ids, strict=True)]}


def item(status: int, name: str = "a") -> dict[str, Any]:
    result: dict[str, Any] = {"_id": name, "_index": "articles-v1-2026.03", "status": status}
    return {"index": result | ({"error": {"type": "some_exception", "reason": "because"}} if status >= 400 else {})}


def writer(busy: Busy, pauses: tuple[float, ...] = (0.0, 0.0)) -> BulkWriter:
    return BulkWriter(busy, documents=3, size=10_000, wait=0.005, pauses=pauses)  # type: ignore[arg-type]


async def write(target: BulkWriter, *ids: str) -> list[Any]:
    documents = [Document("articles-v1-2026.03", name, 1000, {"title": name}) for name in ids]
    return await asyncio.gather(*(target.write(document) for document in documents), return_exceptions=True)


@pytest.mark.parametrize("status", [200, 201])
def test_written_is_written(status: int) -> None:
    assert judge(item(status)) is Result.WRITTEN


def test_a_version_conflict_is_for_the_stage_to_judge() -> None:
    assert judge(item(409)) is Result.CONFLICT


@pytest.mark.parametrize("status", [429, 503])
def test_too_busy_is_to_be_sent_again(status: int) -> None:
    assert judge(item(status)) is None


@pytest.mark.parametrize(("status", "error"), [(400, Poison), (404, Unavailable), (403, Unavailable)])
def test_a_refusal_is_the_documents_fault_and_a_missing_index_everyones(status: int, error: type[Exception]) -> None:
    assert isinstance(judge(item(status)), error)


async def test_only_what_was_refused_for_business_is_sent_again() -> None:
    busy = Busy([201, 429, 409], [503], [201])
    assert await write(writer(busy), "a", "b", "c") == [Result.WRITTEN, Result.WRITTEN, Result.CONFLICT]
    assert busy.seen == [["a", "b", "c"], ["b"], ["b"]]


async def test_what_stays_too_busy_is_unavailable_and_the_rest_is_answered() -> None:
    answers = await write(writer(Busy([201, 429, 400], [429], [429])), "a", "b", "c")
    assert answers[0] is Result.WRITTEN
    assert isinstance(answers[1], Unavailable)
    assert isinstance(answers[2], Poison)


async def test_a_whole_request_that_fails_fails_for_each_of_it() -> None:
    answers = await write(writer(Busy(TransportError(503, "busy", {}))), "a", "b")
    assert all(isinstance(answer, Unavailable) for answer in answers)
    answers = await write(writer(Busy(TransportError(413, "too large", {}))), "a")
    assert isinstance(answers[0], Transient)


async def test_documents_given_one_by_one_go_out_together() -> None:
    busy = Busy([201, 201, 201], [201])
    assert await write(writer(busy), "a", "b", "c", "d") == [Result.WRITTEN] * 4
    assert busy.seen == [["a", "b", "c"], ["d"]]


async def test_a_request_is_sent_when_it_has_grown_large() -> None:
    busy = Busy([201], [201])
    large = [Document("i", name, 1, {"text": "x" * 9_900}) for name in "ab"]
    target = writer(busy)
    await asyncio.gather(*(target.write(document) for document in large))
    assert sorted(busy.seen) == [["a"], ["b"]]
