"""Where a page ended, as clients hand it back."""

import pytest

from services.web import cursors

LAST = ("2026-03-31", 1_774_900_000_000, 1_774_900_001_000, "0" * 32)


def test_a_cursor_comes_back_as_what_it_was_written_from() -> None:
    assert cursors.last(cursors.written(LAST)) == LAST
    assert cursors.place(cursors.written([40]), 10_000) == 40


@pytest.mark.parametrize(
    "cursor", ["", "é", "!", "A" * 401, "A" * 5, cursors.written(["x" * 500]), cursors.written([["["] * 30])]
)
def test_what_was_never_ours_is_no_cursor(cursor: str) -> None:
    assert cursors.last(cursor) is None
    assert cursors.place(cursor, 10_000) is None


@pytest.mark.parametrize("place", [0, -1, 10_001, True, "1", 1.0, None])
def test_a_place_beyond_what_can_be_paged_through_is_none(place: object) -> None:
    assert cursors.place(cursors.written([place]), 10_000) is None


@pytest.mark.parametrize("broken", [(0, "31-03-2026"), (1, True), (1, "now"), (2, 2**63), (3, "0" * 31)])
def test_a_last_one_that_no_search_could_have_had_is_none(broken: tuple[int, object]) -> None:
    place, value = broken
    assert cursors.last(cursors.written([*LAST[:place], value, *LAST[place + 1 :]])) is None
