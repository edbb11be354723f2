"""What the ledger makes of an outcome (DESIGN §3). Pure, so that its promises can be tested on every order of events.

Whatever comes in whatever order, and however often:
- an entry never goes back to `queued`, and its attempt never sinks;
- a terminal state gives way only to one of a higher rank; what else a later fetch found is kept as `last_fetch`;
- an outcome of a lower attempt than the entry's is dropped, but for what holds whatever the attempt: that the document is
  in the index, or was taken out of it; and, while no other is known, any named end: behind a backlog the URL was asked
  for again meanwhile, and the work of the first request would be done in vain.
"""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from shared.errors import State
from shared.events import Outcome

# `failed` says only that we did not find out, so every named end is an upgrade of it.
RANK = {State.QUEUED: 0, State.FAILED: 1, State.INDEXED: 3, State.WITHDRAWN: 4, State.TAKEN_DOWN: 5}
NAMED_END = 2
FACTS = frozenset({State.INDEXED, State.WITHDRAWN, State.TAKEN_DOWN})

# An article is looked at again when it is so old: corrections come early, and ever fewer.
CHECKED_AT_AGE = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=16), timedelta(hours=64))

_moment: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


class LastFetch(BaseModel):
    """What the latest fetch after the URL's end found."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State
    reason: str = ""
    stage: str = ""
    attempt: int = 0
    at: AwareDatetime


class UrlEntry(BaseModel):
    """A URL ever discovered, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url_id: str
    url: str
    source_id: str
    state: State = State.QUEUED
    reason: str = ""
    stage: str = ""
    attempt: int = 0
    discovered_at: AwareDatetime
    discovered_by: str = ""  # ce_id of the request that found it
    version: str | None = None  # the feed's stamp of the newest version asked for
    refetched_by: str | None = None  # ce_id of the request that found that version
    not_before: AwareDatetime | None = None
    at: AwareDatetime | None = None  # of the outcome that set the state
    article_id: str | None = None
    last_fetch: LastFetch | None = None
    title: str | None = None  # as its feed gives it, and so are the next
    published_at: AwareDatetime | None = None
    last_checked_at: AwareDatetime | None = None  # when its text was last found to be as it is in the index
    check_at: AwareDatetime | None = None  # when it is to be looked at again


def rank(state: State) -> int:
    """A state gives way to one of a higher rank."""
    return RANK.get(state, NAMED_END)


def merge(entry: UrlEntry | None, outcome: Outcome) -> UrlEntry | None:
    """The entry after `outcome`, or None where it changes nothing."""
    if entry is None:
        return _created(outcome)
    if outcome.state is State.QUEUED:
        return _waiting(entry, outcome)
    late = outcome.attempt < entry.attempt and outcome.state not in FACTS
    if late and not rank(entry.state) < NAMED_END <= rank(outcome.state):
        return None
    changed = _ended(entry, outcome) if rank(outcome.state) > rank(entry.state) else _fetched_again(entry, outcome)
    return _checked(changed, outcome) if changed != entry else None


def next_check(discovered_at: datetime, now: datetime) -> datetime | None:
    """When an indexed article is looked at again; None: no more."""
    return next((discovered_at + age for age in CHECKED_AT_AGE if discovered_at + age > now), None)


def is_newer(version: str, entry: UrlEntry) -> bool:
    """Whether the feed's stamp `version` is news to `entry`.

    Stamps that are times must grow, or two feeds that disagree would have the URL fetched at every poll; of others, any
    that differs is new. A URL found without a stamp is as new as its discovery.
    """
    stamp, known = _time(version), _time(entry.version) if entry.version else entry.discovered_at
    if stamp and known:
        return stamp > known
    return version != entry.version


def _created(outcome: Outcome) -> UrlEntry:
    return UrlEntry(
        url_id=outcome.url_id, url=outcome.url, source_id=outcome.source_id, state=outcome.state, reason=outcome.reason,
        stage=outcome.stage, attempt=outcome.attempt, discovered_at=outcome.discovered_at or outcome.at,
        not_before=(outcome.not_before or outcome.at) if outcome.state is State.QUEUED else None,
        at=outcome.at, article_id=outcome.article_id,
    )  # fmt: skip


def _checked(entry: UrlEntry, outcome: Outcome) -> UrlEntry:
    """What is still indexed was looked at, and is to be looked at again."""
    if entry.state is not State.INDEXED:
        return entry.model_copy(update={"check_at": None})
    known = outcome.state is State.INDEXED
    return entry.model_copy(
        update={
            "last_checked_at": outcome.at if known else entry.last_checked_at,
            "check_at": next_check(entry.discovered_at, outcome.at),
        }
    )


def _waiting(entry: UrlEntry, outcome: Outcome) -> UrlEntry | None:
    if entry.state is not State.QUEUED or outcome.attempt < entry.attempt:
        return None
    if outcome.attempt == entry.attempt and entry.at and outcome.at <= entry.at:
        return None
    note = {"reason": outcome.reason, "stage": outcome.stage, "attempt": outcome.attempt, "at": outcome.at}
    return entry.model_copy(update=note | {"not_before": outcome.not_before or entry.not_before})


def _ended(entry: UrlEntry, outcome: Outcome) -> UrlEntry:
    return entry.model_copy(
        update={
            "state": outcome.state,
            "reason": outcome.reason,
            "stage": outcome.stage,
            "attempt": max(entry.attempt, outcome.attempt),
            "at": outcome.at,
            "not_before": None,
            "article_id": outcome.article_id or entry.article_id,
            "title": None if outcome.state is State.TAKEN_DOWN else entry.title,
        }
    )


def _fetched_again(entry: UrlEntry, outcome: Outcome) -> UrlEntry:
    if entry.at == outcome.at and entry.state is outcome.state:
        return entry  # the very outcome that set the state, delivered again
    seen, last = (outcome.attempt, outcome.at), entry.last_fetch
    if outcome.attempt < entry.attempt or (last and seen <= (last.attempt, last.at)):
        return entry
    found = LastFetch(
        state=outcome.state, reason=outcome.reason, stage=outcome.stage, attempt=outcome.attempt, at=outcome.at
    )
    return entry.model_copy(update={"attempt": outcome.attempt, "last_fetch": found})


def _time(stamp: str | None) -> datetime | None:
    try:
        return _moment.validate_python(stamp)
    except ValidationError:
        return None
