"""Indexed articles are looked at again, less and less often."""

from datetime import UTC, datetime, timedelta

from services.scheduler.rechecks import rechecks
from shared.errors import State
from shared.events import FetchRequest
from shared.search.ledger import UrlEntry

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ENTRY = UrlEntry(
    url_id="u", url="https://news.test/u", source_id="s", state=State.INDEXED, attempt=2, discovered_at=NOON, check_at=NOON,
    title="T", published_at=NOON,
)  # fmt: skip


class CheckedLedger:
    def __init__(self, *entries: UrlEntry, taken: bool = False) -> None:
        self._entries, self._taken = entries, taken

    async def to_check(self, before: datetime, limit: int) -> list[UrlEntry]:
        return [entry for entry in self._entries if entry.check_at and entry.check_at < before][:limit]

    async def check_again(self, entry: UrlEntry) -> UrlEntry | None:
        return None if self._taken else entry.model_copy(update={"attempt": entry.attempt + 1, "check_at": None})


async def test_what_is_due_is_asked_for_again_with_all_that_its_feed_said_and_yields_to_news() -> None:
    [(cause, request)] = await rechecks(NOON + timedelta(seconds=1), CheckedLedger(ENTRY), 10)  # type: ignore[arg-type]
    assert isinstance(request, FetchRequest)
    assert (request.reason, request.attempt, request.bulk) == ("refetch", 3, True)
    assert (request.title, request.published_at) == ("T", NOON)
    assert cause == "recheck:u:3"


async def test_nothing_is_asked_for_twice_before_its_time_or_when_it_is_turned_off() -> None:
    later = NOON + timedelta(seconds=1)
    assert await rechecks(NOON, CheckedLedger(ENTRY), 10) == []  # type: ignore[arg-type]
    assert await rechecks(later, CheckedLedger(ENTRY, taken=True), 10) == []  # type: ignore[arg-type]
    assert await rechecks(later, CheckedLedger(ENTRY), 0) == []  # type: ignore[arg-type]
