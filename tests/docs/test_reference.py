"""The reference pages are what the code says, and say something about each thing."""

from pathlib import Path

import pytest

from console import reference
from console.reference import DOCS, SETTINGS, all_metrics, pages, settings_of
from shared import topics
from shared.events import EVENTS

ROOT = DOCS.parent
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs`"


def test_there_is_no_schema_of_a_message_that_is_no_more() -> None:
    assert {path.stem for path in (DOCS / "schemas").iterdir()} == {*reference.MESSAGES, "document.v1"}


def test_every_setting_is_described() -> None:
    kinds = [kind for module, _ in SETTINGS for kind in settings_of(module)]
    assert len(kinds) >= len(SETTINGS)
    assert [
        f"{kind.__name__}.{name}" for kind in kinds for name, field in kind.model_fields.items() if not field.description
    ] == []


def test_types_are_told_in_words() -> None:
    rows = [row.split(" | ") for row in PAGES["settings.md"].splitlines() if row.startswith("| `")]
    words = {"text", "secret", "path", "number", "whole number", "`true`, `false`"}
    assert [row[0] for row in rows if row[1] not in words and not row[1].startswith("`")] == []


def test_no_default_is_of_this_machine() -> None:
    assert str(Path.home()) not in PAGES["settings.md"]
    assert str(ROOT) not in PAGES["settings.md"]


def test_every_module_with_settings_has_its_place_on_the_page() -> None:
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files("settings.py")}
    assert found == {module for module, _ in SETTINGS}


def test_every_metric_has_our_prefix_and_is_described() -> None:
    found = list(all_metrics())
    assert len(found) > 30
    assert [name for name, _, _, meaning in found if not name.startswith("babelwire_") or not meaning] == []


def test_every_topic_and_every_message_is_on_a_page() -> None:
    assert [topic.name for topic in topics.ALL if f"`{topic.name}`" not in PAGES["topics.md"] or not topic.holds] == []
    assert [name for name in EVENTS if f"schemas/{name}.json" not in PAGES] == []


def test_every_command_says_what_it_does() -> None:
    parts = PAGES["commands.md"].split("\n## ")[1:]
    assert len(parts) > 10
    assert [part.splitlines()[0] for part in parts if not part.splitlines()[4].strip()] == []


def files(name: str) -> list[Path]:
    return [path for folder in ("services", "shared", "console") for path in (ROOT / folder).rglob(name)]
