"""Which offsets may be committed."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kafka.offsets import OffsetTracker, PartitionBook


def test_nothing_is_committed_before_the_first_delivery() -> None:
    assert PartitionBook().committable() is None


def test_the_lowest_open_offset_is_what_may_be_committed() -> None:
    book = PartitionBook()
    for offset in (10, 11, 12):
        book.open(offset)
    book.close(10)
    book.close(12)
    assert book.committable() == 11
    book.close(11)
    assert book.committable() == 13


@given(st.data())
def test_with_gaps_and_any_order_of_ends_nothing_open_is_ever_passed(data: st.DataObject) -> None:
    offsets = sorted(data.draw(st.sets(st.integers(0, 10_000), min_size=1, max_size=50)))
    book, opened, still_open = PartitionBook(), list[int](), set[int]()
    for step in data.draw(st.permutations([*offsets, *(-o - 1 for o in offsets)])):
        if step >= 0:
            offset = offsets[len(opened)]  # the broker delivers in order
            opened.append(offset)
            book.open(offset)
            still_open.add(offset)
        elif still_open:
            ended = data.draw(st.sampled_from(sorted(still_open)))
            book.close(ended)
            still_open.discard(ended)
        expected = min(still_open) if still_open else (opened[-1] + 1 if opened else None)
        assert book.committable() == expected


def test_what_is_committed_already_is_not_due_again() -> None:
    tracker: OffsetTracker[str] = OffsetTracker()
    tracker.book("a").open(5)
    tracker.book("a").close(5)
    assert tracker.due() == {"a": 6}
    tracker.committed({"a": 6})
    assert tracker.due() == {}


def test_a_late_end_after_a_revoke_touches_nothing_of_the_next_assignment() -> None:
    tracker: OffsetTracker[str] = OffsetTracker()
    before = tracker.book("a")
    before.open(5)
    tracker.forget(["a"])
    tracker.book("a").open(5)
    before.close(5)
    assert tracker.due() == {"a": 5}


def test_a_forgotten_partition_is_never_due() -> None:
    tracker: OffsetTracker[str] = OffsetTracker()
    tracker.book("a").open(5)
    tracker.forget(["a"])
    tracker.committed({"a": 9})
    assert tracker.due() == {}
