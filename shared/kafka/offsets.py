"""Which offsets may be committed: everything below the oldest that is still open.

Open offsets are kept one by one, because compacted topics have gaps: counting upwards from the last commit would wait
for offsets that never come. Each assignment of a partition gets a book of its own, so an item that ends after its
partition was taken away writes into a book that nobody reads any more.
"""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


class PartitionBook:
    """The open offsets of one assigned partition, in order of delivery."""

    def __init__(self) -> None:
        self._open: dict[int, None] = {}
        self._next: int | None = None

    def open(self, offset: int) -> None:
        """`offset` was delivered."""
        self._open[offset] = None
        self._next = offset + 1

    def close(self, offset: int) -> None:
        """Whatever had to be done for `offset` is done and acknowledged."""
        self._open.pop(offset, None)

    def committable(self) -> int | None:
        """The lowest offset still open, or the one after the last delivered; None before the first delivery."""
        return min(self._open, default=self._next)

    def __len__(self) -> int:
        return len(self._open)


class OffsetTracker(Generic[P]):
    """The books of all assigned partitions, and what has been committed of them."""

    def __init__(self) -> None:
        self._books: dict[P, PartitionBook] = {}
        self._committed: dict[P, int] = {}

    def book(self, partition: P) -> PartitionBook:
        """The book of `partition`, opened when there is none."""
        return self._books.setdefault(partition, PartitionBook())

    def due(self, partitions: Iterable[P] | None = None) -> dict[P, int]:
        """What may be committed and has not been, of `partitions` (default all)."""
        chosen = self._books if partitions is None else [p for p in partitions if p in self._books]
        found: dict[P, int] = {}
        for partition in chosen:
            offset = self._books[partition].committable()
            if offset is not None and self._committed.get(partition) != offset:
                found[partition] = offset
        return found

    def committed(self, offsets: dict[P, int]) -> None:
        """The broker has acknowledged these commits."""
        self._committed.update({p: offset for p, offset in offsets.items() if p in self._books})

    def forget(self, partitions: Iterable[P]) -> None:
        """These partitions belong to somebody else now."""
        for partition in partitions:
            self._books.pop(partition, None)
            self._committed.pop(partition, None)
