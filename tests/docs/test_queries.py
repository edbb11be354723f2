"""docs/queries.md: every query is asked of a real index that has what it looks for, and finds it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch

from console.reference import DOCS
from services.indexer.document import document
from services.indexer.shape import Document
from shared.events import TranslatedArticle, Trend
from shared.search import names, templates
from shared.search.client import connect
from shared.search.stories import Member, Stories, Story
from shared.search.trends import Board, Trends
from shared.settings import Settings

PAGE = (DOCS / "queries.md").read_text(encoding="utf-8")
GOLDEN = (DOCS.parent / "tests" / "golden" / f"{TranslatedArticle.type}.json").read_text(encoding="utf-8")
QUERIES = re.findall(r"^`POST /([\w-]+)/_search`\n\n```json\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
VECTOR = [1.0] + [0.0] * 511


def test_a_document_is_as_its_schema_says() -> None:
    made = document(TranslatedArticle.model_validate_json(GOLDEN), vector=VECTOR, indexed_at=AT)
    Document.model_validate(made)
    assert set(made) == set(Document.model_fields)
    properties = set(templates.MAPPINGS["articles-v1"]["template"]["mappings"]["properties"])
    assert set(Document.model_fields) == properties - {"withdrawn"}


def test_every_block_of_json_is_a_query_that_is_tried() -> None:
    assert len(QUERIES) == PAGE.count("```json") >= 11


@pytest.fixture
async def filled(search: str) -> AsyncIterator[AsyncOpenSearch]:
    """An index with the golden article, a story and a trend of it."""
    settings = Settings(opensearch_url=search)
    client = connect(settings)
    await templates.apply(client, settings)
    one = TranslatedArticle.model_validate_json(GOLDEN)
    body = document(one, vector=VECTOR, indexed_at=AT)
    await client.index(index=names.month_index(one.times.discovered), id=one.article_id, body=body)
    member = Member(article_id=one.article_id, story_id="s", source_id=one.source_id, language="pt", seen_at=AT)
    story = Story(
        story_id="s", title="t", article_ids=(one.article_id,), source_ids=("a", "b"), languages=("pt",), articles=2,
        sources=2, first_at=AT, last_at=AT,
    )  # fmt: skip
    await Stories(client).write([story], [member])
    trend = Trend(trend_id="t", term="Coimbra", score=9, articles=5, sources=3, expected=1, at=AT)
    await Trends(client).write(Board(at=AT, trends=(trend,)))
    await client.indices.refresh(index="*")
    yield client
    await client.close()


@pytest.mark.engines
async def test_every_query_finds_what_it_is_for(filled: AsyncOpenSearch) -> None:
    for index, written in QUERIES:
        body: dict[str, Any] = json.loads(written.replace('"VECTOR"', json.dumps(VECTOR)))
        answer = await filled.search(index=index, body=body)
        if "suggest" in body:
            options = answer["suggest"]["spelling"][0]["options"]
            assert [option["text"] for option in options] == ["bridge"]
            continue
        assert answer["hits"]["total"]["value"] == 1, written
        assert all(found["buckets"] for found in answer.get("aggregations", {}).values()), written
        if "highlight" in body:
            assert "<em>" in answer["hits"]["hits"][0]["highlight"]["translation.title"][0]
    assert (await filled.get(index=names.TRENDS, id="current"))["found"]
