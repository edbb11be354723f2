"""Cursors of the API's lists: where a page ended, in a form that nobody needs to understand."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any

LONGEST = 400
_DAY, _ID = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"[0-9a-f]{32}")
_WIDEST = 2**63  # OpenSearch sorts what has no time by the least or greatest of its longs


def written(values: Sequence[Any]) -> str:
    """The cursor of a list whose last was sorted by `values`, or that went on to the place `values[0]`."""
    return base64.urlsafe_b64encode(json.dumps(list(values), separators=(",", ":")).encode()).decode().rstrip("=")


def place(cursor: str, deepest: int) -> int | None:
    """The place in a list that `cursor` is, from 1 to `deepest`; None where it is none."""
    values = _read(cursor)
    match values:
        case [int() as number] if not isinstance(number, bool) and 0 < number <= deepest:
            return number
    return None


def last(cursor: str) -> tuple[Any, ...] | None:
    """What the last of a list was sorted by (queries.NEWEST); None where `cursor` does not say. What it says goes into a
    search, so nothing passes that cannot have come from one."""
    match _read(cursor):
        case [str() as day, published, seen, str() as identity] if (
            _DAY.fullmatch(day) and _ID.fullmatch(identity) and _time(published) and _time(seen)
        ):
            return (day, published, seen, identity)
    return None


def _time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_WIDEST <= value < _WIDEST


def _read(cursor: str) -> Any:
    if len(cursor) > LONGEST or not cursor.isascii():
        return None
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
