from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.errors import State
from shared.events import Outcome
from shared.search.ledger_rules import FACTS, UrlEntry, is_newer, merge, rank

START = datetime(2026, 3, 1, tzinfo=UTC)


def outcome(state: State, attempt: int = 0, minute: int = 0, **more: object) -> Outcome:
    return Outcome(
        url_id="u", url="https://news.test/a", source_id="s", stage="fetcher", state=state, attempt=attempt,
        at=START + timedelta(minutes=minute), **more,
    )  # fmt: skip


def queued(attempt: int = 0, **more: object) -> UrlEntry:
    return UrlEntry(
        url_id="u", url="https://news.test/a", source_id="s", attempt=attempt, discovered_at=START, not_before=START, **more
    )


outcomes = st.builds(outcome, st.sampled_from(State), st.integers(0, 3), st.integers(0, 50))
entries = st.none() | st.builds(queued, st.integers(0, 3))


def after(entry: UrlEntry | None, events: list[Outcome]) -> UrlEntry | None:
    for event in events:
        entry = merge(entry, event) or entry
    return entry


@given(entries, st.lists(outcomes, min_size=1))
def test_no_order_of_outcomes_brings_a_url_back_to_queued_or_to_a_lower_rank_or_attempt(
    entry: UrlEntry | None, events: list[Outcome]
) -> None:
    for event in events:
        new = merge(entry, event)
        if entry and new:
            assert rank(new.state) >= rank(entry.state)
            assert new.attempt >= entry.attempt
            assert entry.state is State.QUEUED or new.state is not State.QUEUED
        entry = new or entry
    assert entry


@given(entries, st.lists(outcomes, min_size=1))
def test_replaying_all_outcomes_in_their_order_changes_no_state(entry: UrlEntry | None, events: list[Outcome]) -> None:
    once = after(entry, events)
    again = after(once, events)
    assert once and again
    assert (again.state, again.attempt) == (once.state, once.attempt)


@given(entries, outcomes)
def test_an_outcome_delivered_twice_is_as_good_as_once(entry: UrlEntry | None, event: Outcome) -> None:
    once = merge(entry, event) or entry
    assert merge(once, event) is None


@given(entries, st.lists(outcomes, min_size=1), st.randoms(use_true_random=False))
def test_whether_a_document_was_written_or_taken_out_is_told_in_any_order(
    entry: UrlEntry | None, events: list[Outcome], random: object
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = after(entry, events), after(entry, shuffled)
    assert one and other
    assert (one.state in FACTS) == (other.state in FACTS)
    if one.state in FACTS:
        assert one.state is other.state


@given(st.lists(st.tuples(st.integers(0, 4), outcomes), max_size=60))
def test_the_states_sum_to_the_urls_known(events: list[tuple[int, Outcome]]) -> None:
    ledger: dict[int, UrlEntry] = {number: queued() for number in range(5)}
    for number, event in events:
        ledger[number] = merge(ledger[number], event) or ledger[number]
    counts = {state: sum(entry.state is state for entry in ledger.values()) for state in State}
    assert sum(counts.values()) == 5


def test_a_url_nobody_entered_is_entered_by_its_outcome() -> None:
    entry = merge(None, outcome(State.GONE, reason="http 404", discovered_at=START - timedelta(hours=1)))
    assert entry and (entry.state, entry.reason) == (State.GONE, "http 404")
    assert entry.discovered_at == START - timedelta(hours=1)


def test_failed_gives_way_to_any_named_end() -> None:
    entry = after(queued(), [outcome(State.FAILED), outcome(State.INDEXED, 1, 5, article_id="a")])
    assert entry and (entry.state, entry.attempt, entry.article_id) == (State.INDEXED, 1, "a")


def test_what_a_later_fetch_finds_is_kept_beside_the_state() -> None:
    entry = after(queued(), [outcome(State.INDEXED), outcome(State.GONE, 1, 5, reason="http 410")])
    assert entry and entry.last_fetch
    assert (entry.state, entry.attempt) == (State.INDEXED, 1)
    assert (entry.last_fetch.state, entry.last_fetch.reason) == (State.GONE, "http 410")


def test_an_outcome_of_a_lower_attempt_is_dropped_where_more_is_known_or_to_be_found_out() -> None:
    ended = after(queued(attempt=2), [outcome(State.NOT_ARTICLE, 2)])
    assert merge(ended, outcome(State.GONE, 1)) is None
    assert merge(queued(attempt=2), outcome(State.FAILED, 1)) is None
    assert merge(queued(attempt=2), outcome(State.QUEUED, 1)) is None


def test_a_named_end_of_a_lower_attempt_is_the_end_of_what_has_none() -> None:
    given_up = after(queued(attempt=2), [outcome(State.FAILED, 2)])
    for waiting in (given_up, queued(attempt=2)):
        entry = merge(waiting, outcome(State.DUPLICATE, 1))
        assert entry and (entry.state, entry.attempt) == (State.DUPLICATE, 2)
    entry = after(entry, [outcome(State.INDEXED, 2, 5)])
    assert entry and entry.state is State.INDEXED


def test_a_document_written_by_a_lower_attempt_is_still_a_document() -> None:
    entry = merge(queued(attempt=2), outcome(State.INDEXED, 1))
    assert entry and (entry.state, entry.attempt) == (State.INDEXED, 2)


def test_a_wait_is_noted_with_when_it_ends() -> None:
    until = START + timedelta(minutes=30)
    entry = merge(queued(), outcome(State.QUEUED, 0, 5, reason="fetcher waits: http 503", not_before=until))
    assert entry and (entry.state, entry.not_before, entry.reason) == (State.QUEUED, until, "fetcher waits: http 503")
    assert merge(entry, outcome(State.QUEUED, 0, 4)) is None


def test_only_a_later_stamp_of_the_feed_is_news() -> None:
    entry = queued(version="2026-03-01T10:00:00Z")
    assert is_newer("2026-03-01T12:00:00+01:00", entry)
    assert not is_newer("2026-03-01T10:00:00+00:00", entry)
    assert not is_newer("2026-03-01T09:00:00Z", entry)
    assert is_newer("v7", entry)


def test_a_url_found_without_a_stamp_is_as_new_as_its_discovery() -> None:
    assert not is_newer("2026-02-28T23:00:00Z", queued())
    assert is_newer("2026-03-01T01:00:00Z", queued())


def test_an_indexed_article_is_checked_less_and_less_often_and_then_no_more() -> None:
    entry = merge(queued(), outcome(State.INDEXED))
    assert entry and (entry.last_checked_at, entry.check_at) == (START, START + timedelta(hours=1))
    pauses = []
    for attempt in range(1, 5):
        assert entry.check_at
        minute = (entry.check_at - START) // timedelta(minutes=1) + 1
        pauses.append(minute)
        entry = merge(entry, outcome(State.INDEXED, attempt, minute, reason="unchanged"))
        assert entry and entry.last_checked_at == START + timedelta(minutes=minute)
    assert pauses == [61, 241, 961, 3841]
    assert entry.check_at is None


def test_what_is_no_more_indexed_is_no_more_checked() -> None:
    entry = after(queued(), [outcome(State.INDEXED), outcome(State.WITHDRAWN, 1, 5)])
    assert entry and entry.check_at is None
