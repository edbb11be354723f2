"""Messages that were once published can be read for ever: each version has a payload in tests/golden that must parse."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shared.events import EVENTS, Trend

GOLDEN = Path(__file__).parents[1] / "golden"
MODELS: dict[str, type[BaseModel]] = {**EVENTS, Trend.type: Trend}


def test_each_type_of_message_has_its_payload() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_payload_parses_and_says_the_same_when_written_again(name: str) -> None:
    payload = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    again = json.loads(MODELS[name].model_validate(payload).model_dump_json())
    assert contains(again, payload)


def test_what_a_later_version_adds_within_an_object_does_not_matter_and_what_it_changes_does() -> None:
    once = {"blocks": [{"text": "a"}]}
    assert contains({"blocks": [{"text": "a", "new": None}], "new": 1}, once)
    assert not contains({"blocks": [{"text": "b"}]}, once)
    assert not contains({"blocks": [{"words": "a"}]}, once)
    assert not contains({"blocks": []}, once)


@pytest.mark.parametrize("name", MODELS)
def test_what_was_added_since_the_first_version_is_optional(name: str) -> None:
    payload = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    added = {field for field, info in MODELS[name].model_fields.items() if field not in payload and info.is_required()}
    assert not added


@pytest.mark.parametrize("name", MODELS)
def test_a_field_of_a_later_version_is_passed_over(name: str) -> None:
    payload = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert MODELS[name].model_validate(payload | {"of a later version": 1}) == MODELS[name].model_validate(payload)


def contains(now: Any, once: Any) -> bool:
    """Whether `now` says all that `once` says; objects, at any depth, may say more."""
    if isinstance(once, dict):
        return isinstance(now, dict) and all(key in now and contains(now[key], value) for key, value in once.items())
    if isinstance(once, list):
        return isinstance(now, list) and len(now) == len(once) and all(map(contains, now, once))
    return bool(now == once)
