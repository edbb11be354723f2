"""While versions are mixed: what the one before sent is understood, what the next one will send does no harm, in any order.

Old messages are the golden payloads, written when their version was new; those of the next version have fields of their own.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from services.extractor.pool import Policy, _extract
from services.fetcher.stage import _superseded
from services.indexer.document import document
from services.translator.article import pending
from shared.errors import State
from shared.events import Article, Event, FetchRequest, Indexed, Outcome, Page, TranslatedArticle, Trend
from shared.kafka.envelope import open_message
from shared.search.ledger_rules import UrlEntry, merge
from shared.topics import INPUTS, route

GOLDEN = Path(__file__).parents[1] / "golden"
TEXT = "A ponte sobre o rio reabriu esta manhã depois de três meses de obras, disse a câmara municipal. "
BODY = f"<html><head><title>A ponte reabre</title></head><body><article><h1>A ponte reabre</h1>{f'<p>{TEXT * 4}</p>' * 4}"
OF_LATER = {"of_a_later_version": {"a": [1]}, "another": None}


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def message(name: str, payload: dict[str, Any], later: bool) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The bytes and headers of a message, as its version sends them; one `later` has a header more."""
    headers = [("ce_type", name.encode()), ("ce_id", b"one")] + ([("ce_later", b"1")] if later else [])
    told = json.dumps(payload | (OF_LATER if later else {})).encode()
    if name != Page.type:
        return told, headers
    return zstandard.ZstdCompressor().compress(BODY.encode()), [*headers, ("page", told)]


async def fetched(event: Event) -> None:
    assert isinstance(event, FetchRequest)
    assert not _superseded(event, None)


async def extracted(event: Event) -> None:
    assert isinstance(event, Page)
    found = _extract(event, None, Policy(None, True))
    assert isinstance(found, Article)
    assert found.title == "A ponte reabre"


async def translated(event: Event) -> None:
    assert isinstance(event, Article)
    made = await pending(event)
    assert [block.text for block in made.blocks] == [block.text for block in event.blocks]


async def indexed(event: Event) -> None:
    assert isinstance(event, TranslatedArticle)
    body = document(event, vector=None, indexed_at=datetime.fromisoformat("2026-11-03T09:05:00+00:00"))
    assert body["article_id"] == event.article_id
    assert "of_a_later_version" not in body, "the index takes only fields that it knows"


async def entered(event: Event) -> None:
    assert isinstance(event, Outcome)
    assert merge(None, event) is not None


async def counted(event: Event) -> None:
    assert isinstance(event, Indexed)


STAGES: dict[str, Callable[[Event], Awaitable[None]]] = {
    "fetcher": fetched, "extractor": extracted, "translator": translated, "indexer": indexed, "ledger": entered,
    "trends": counted,
}  # fmt: skip
TYPES = {
    FetchRequest.type: "fetcher", Page.type: "extractor", Article.type: "translator", TranslatedArticle.type: "indexer",
    Outcome.type: "ledger", Indexed.type: "trends",
}  # fmt: skip


def test_every_consumer_and_every_message_that_is_consumed_is_looked_at() -> None:
    assert set(STAGES) == set(INPUTS)
    assert set(TYPES) == {path.stem for path in GOLDEN.iterdir()} - {Trend.type}


@pytest.mark.parametrize("later", [False, True], ids=["of the version before", "of the version after"])
@pytest.mark.parametrize("name", TYPES)
async def test_a_stage_does_its_work_on_a_message_of_another_version(name: str, later: bool) -> None:
    event = open_message(*message(name, golden(name), later)).event
    assert route(event)[0] in INPUTS[TYPES[name]]
    await STAGES[TYPES[name]](event)


def test_what_a_later_version_adds_makes_no_other_message_of_it() -> None:
    for name in TYPES:
        old, new = (open_message(*message(name, golden(name), later)).event for later in (False, True))
        assert old == new


def test_an_entry_that_a_later_version_wrote_is_read_and_merged() -> None:
    first = merge(None, Outcome.model_validate(golden(Outcome.type)))
    assert first is not None
    written = first.model_dump(mode="json") | OF_LATER
    later = Outcome.model_validate(golden(Outcome.type) | {"state": "taken_down", "attempt": 9})
    changed = merge(UrlEntry.model_validate(written), later)
    assert changed is not None
    assert changed.state is State.TAKEN_DOWN
