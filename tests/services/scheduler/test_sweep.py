"""What was lost on its way is asked for again, with patience, and not for ever."""

from datetime import UTC, datetime, timedelta

from services.scheduler.sweep import MOST_SWEEPS, OVERDUE, patience, sweep
from shared.errors import State
from shared.events import FetchRequest, Outcome
from shared.search.ledger import UrlEntry

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class OverdueLedger:
    """A ledger of `entries`; of those in `taken` another scheduler was faster; others take the `way` just now."""

    def __init__(self, *entries: UrlEntry, taken: tuple[str, ...] = (), way: timedelta = timedelta()) -> None:
        self.entries = {entry.url_id: entry for entry in entries}
        self._taken, self._way = taken, way

    async def way(self) -> timedelta:
        return self._way

    async def overdue(self, before: datetime, limit: int) -> list[UrlEntry]:
        return [entry for entry in self.entries.values() if (entry.not_before or NOON) <= before][:limit]

    async def requeue(self, entry: UrlEntry, not_before: datetime) -> UrlEntry | None:
        if entry.url_id in self._taken:
            return None
        again = entry.model_copy(update={"attempt": entry.attempt + 1, "not_before": not_before})
        self.entries[entry.url_id] = again
        return again


def queued(name: str, age: timedelta, attempt: int = 0) -> UrlEntry:
    at = NOON - age
    return UrlEntry(
        url_id=name, url=f"https://news.test/{name}", source_id="s", attempt=attempt, discovered_at=at, not_before=at
    )


async def test_what_is_overdue_is_asked_for_again_with_the_attempt_raised() -> None:
    ledger = OverdueLedger(queued("old", OVERDUE), queued("fresh", OVERDUE - timedelta(seconds=1)))
    [(cause, request)] = await sweep(NOON, ledger, 1.0)  # type: ignore[arg-type]
    assert isinstance(request, FetchRequest)
    assert (request.url_id, request.attempt, request.kind, request.reason) == ("old", 1, "article", "sweep")
    assert request.discovered_at == NOON - OVERDUE
    assert cause == "sweep:old:1"


async def test_what_is_late_behind_a_backlog_is_not_asked_for_again() -> None:
    hour = timedelta(hours=1)
    late, lost = queued("late", OVERDUE + hour - timedelta(seconds=1)), queued("lost", OVERDUE + hour)
    ledger = OverdueLedger(late, lost, way=hour)
    assert [event.url_id for _, event in await sweep(NOON, ledger, 1.0)] == ["lost"]  # type: ignore[arg-type]


async def test_what_was_just_swept_is_left_alone_twice_as_long_each_time() -> None:
    ledger = OverdueLedger(queued("old", OVERDUE))
    now, waits = NOON, []
    for _ in range(3):
        assert len(await sweep(now, ledger, 1.0)) == 1  # type: ignore[arg-type]
        begun = now
        while not await OverdueLedger(*ledger.entries.values()).overdue(now - OVERDUE, 1):
            now += timedelta(minutes=1)
        waits.append(now - begun)
    assert waits == [2 * OVERDUE, 4 * OVERDUE, 8 * OVERDUE]
    assert patience(1) == OVERDUE


async def test_what_another_scheduler_swept_is_passed_over() -> None:
    ledger = OverdueLedger(queued("mine", OVERDUE), queued("theirs", OVERDUE), taken=("theirs",))
    assert [event.url_id for _, event in await sweep(NOON, ledger, 1.0)] == ["mine"]  # type: ignore[arg-type]


async def test_what_never_ends_is_given_up_as_failed() -> None:
    ledger = OverdueLedger(queued("endless", OVERDUE, attempt=MOST_SWEEPS))
    [(_, outcome)] = await sweep(NOON, ledger, 1.0)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.attempt, outcome.stage) == (State.FAILED, MOST_SWEEPS, "scheduler")
    assert ledger.entries["endless"].attempt == MOST_SWEEPS


async def test_trials_shorten_the_wait() -> None:
    ledger = OverdueLedger(queued("old", OVERDUE / 5))
    assert await sweep(NOON, ledger, 1.0) == []  # type: ignore[arg-type]
    assert len(await sweep(NOON, ledger, 0.2)) == 1  # type: ignore[arg-type]


async def test_what_the_feed_said_of_it_is_said_again() -> None:
    entry = queued("old", OVERDUE).model_copy(update={"title": "T", "published_at": NOON})
    [(_, request)] = await sweep(NOON, OverdueLedger(entry), 1.0)  # type: ignore[arg-type]
    assert isinstance(request, FetchRequest)
    assert (request.title, request.published_at) == ("T", NOON)
