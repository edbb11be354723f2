"""What a request to the API asks for, checked against its operation."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.web.addresses import parse_day, parse_hour
from services.web.operations import Operation, Schema

_NOT_EMPTY = {"enum", "pattern", "format", "minLength", "minimum"}
_NUMBER = re.compile(r"[0-9]{1,9}")


def values(operation: Operation, query: QueryParams) -> dict[str, str]:
    """What is asked for, by name; words that are left empty are not asked for.

    Raises HTTPException 400 for a name that the operation does not know, or knows once, or needs, and for a value that
    cannot be meant.
    """
    known = {one.name: one for one in operation.parameters if one.where == "query"}
    if unknown := sorted(query.keys() - known.keys()):
        there = f"there are {', '.join(known)}" if known else "there are none"
        raise HTTPException(400, f"There is no parameter {unknown[0][:40]!r} here; {there}.")
    found: dict[str, str] = {}
    for name, parameter in known.items():
        given = query.getlist(name)
        if len(given) > 1:
            raise HTTPException(400, f"`{name}` is given more than once.")
        value = given[0] if given else ""
        if given and not value and parameter.schema.keys() & _NOT_EMPTY:
            raise HTTPException(400, f"`{name}` is empty.")
        if not value.strip():
            if parameter.required:
                raise HTTPException(400, f"`{name}` is missing.")
            continue
        if wrong := _wrong(value, parameter.schema):
            raise HTTPException(400, f"`{name}` {wrong}.")
        found[name] = value
    return found


def _wrong(value: str, schema: Schema) -> str | None:
    """What is wrong with `value`, in words; None where nothing is."""
    if schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        fits = _NUMBER.fullmatch(value) and low <= int(value) <= high
        return None if fits else f"is a number from {low} to {high}"
    if schema.get("format") == "date":
        return None if parse_day(value) else "is a date such as 2026-03-31"
    if schema.get("format") == "hour":
        return None if parse_hour(value) else "is an hour such as 2026-03-31T14"
    if "enum" in schema:
        return None if value in schema["enum"] else f"is one of {', '.join(schema['enum'])}"
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value):
        return "is two letters, such as pt"
    return _too_long(value, schema)


def _too_long(value: str, schema: Mapping[str, Any]) -> str | None:
    most = schema.get("maxLength")
    return f"is longer than {most} characters" if most and len(value) > most else None
