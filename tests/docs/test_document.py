"""docs/document.md names every field of the documents, as the mapping has it, with an example that is true."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from console.reference import DOCS
from services.indexer.document import document
from shared.events import Block, Span, TranslatedArticle
from shared.search.templates import MAPPINGS

PAGE = (DOCS / "document.md").read_text(encoding="utf-8")
GOLDEN = DOCS.parent / "tests" / "golden" / f"{TranslatedArticle.type}.json"
MAPPING: dict[str, Any] = MAPPINGS["articles-v1"]["template"]["mappings"]["properties"]
LARGE = {"blocks", "translation.blocks", "vector"}  # too large for a table
OF_TOMBSTONES = {"withdrawn.state", "withdrawn.at"}


def flat(properties: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, mapped in properties.items():
        if name == "original":  # one field for each language, all alike
            yield f"{name}.*", next(iter(mapped["properties"].values()))
        elif "properties" in mapped:
            yield from flat(mapped["properties"], f"{prefix}{name}.")
        else:
            yield prefix + name, mapped


FIELDS = dict(flat(MAPPING))
# | `name` | type | meaning | example |
ROWS = {
    row[0]: row[1:] for row in re.findall(r"^\| `([\w.*]+)` \| (.+?) \| (.+?) \| ?(.*?) ?\|$", PAGE, re.MULTILINE) if row[1]
}


def of_golden(name: str) -> Any:
    article = TranslatedArticle.model_validate_json(GOLDEN.read_text(encoding="utf-8"))
    found: Any = document(article, vector=None, indexed_at=datetime(2026, 11, 3, 9, 5, tzinfo=UTC))
    for part in name.replace("*", "pt").split("."):
        found = found[part]
    return found


def test_every_field_of_the_mapping_is_described_and_no_other() -> None:
    assert [*ROWS] == [*FIELDS]


def test_types_are_the_mappings() -> None:
    for name, (kind, *_) in ROWS.items():
        mapped = FIELDS[name]
        assert kind.startswith(mapped["type"]), name
        assert [f"`.{field}`" for field in mapped.get("fields", ())] == re.findall(r"`\.\w+`", kind), name
        assert ("only stored" in kind) == (mapped.get("enabled") is False or mapped.get("index") is False), name


def test_examples_are_what_the_indexer_makes_of_the_golden_payload() -> None:
    for name, (_, meaning, example) in ROWS.items():
        assert meaning, name
        if name in LARGE | OF_TOMBSTONES:
            continue
        shown = json.loads(example.strip("`"))
        true = of_golden(name)
        if isinstance(shown, str) and shown.endswith("…"):
            assert true.startswith(shown[:-1]), name
        else:
            assert shown == true, name


def test_the_parts_of_blocks_and_spans_are_described() -> None:
    part = PAGE[PAGE.index("## Blocks") :]
    assert [name for name in Block.model_fields if f"| `{name}` |" not in part] == []
    assert [name for name in Span.model_fields if f"`{name}`" not in part] == []


def test_queries_are_json_and_ask_for_fields_that_exist() -> None:
    queries = re.findall(r"```json\n(\{\n.*?)```", PAGE, re.DOTALL)
    assert len(queries) == 3
    for query in queries:
        asked = json.loads(query)
        dotted = set(re.findall(r'"([a-z]+(?:_[a-z]+)*(?:\.[a-z_]+)+)(?:\^\d)?"', json.dumps(asked)))
        known = {*FIELDS, *(f"{name}.{field}" for name, mapped in FIELDS.items() for field in mapped.get("fields", ()))}
        assert dotted <= known
