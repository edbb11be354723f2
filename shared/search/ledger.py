"""The ledger: what became of every URL, and who owns every article (DESIGN §3).

All decisions read by id, in real time. `counts`, `overdue` and `way` search, and so see what was refreshed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from opensearchpy import AsyncOpenSearch
from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared import clock
from shared.errors import State
from shared.events import Outcome
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries, Stored, rounds
from shared.search.ledger_rules import UrlEntry, is_newer, merge

ENDS_PAGE = 10_000
OUT = (State.WITHDRAWN, State.TAKEN_DOWN)
LATEST = 50  # URLs, by which it is told how long the way through is just now

__all__ = ["ArticleEntry", "Discovery", "Found", "Ledger", "UrlEntry"]


@dataclass(frozen=True)
class Discovery:
    """A URL that a feed or sitemap shows. `version` is the feed's stamp of its last change, `discovered_by` the `ce_id` of
    the request in hand, `not_before` when it is to be fetched (None: at once); `title` and
    `published_at` are the feed's, kept for whoever asks again."""

    url_id: str
    url: str
    source_id: str
    discovered_at: datetime
    discovered_by: str
    version: str | None = None
    not_before: datetime | None = None
    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """`fresh`: the request for it is to be published. Either the entry was made now, or the same request made it before
    and may have died before it published."""

    entry: UrlEntry
    fresh: bool


class ArticleEntry(BaseModel):
    """Who owns an article: the first URL that came with it. `revision`, `rendering`, `content_hash` and `fetched_at` are
    those of the document as last written; 0, 0, None and None until then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    article_id: str
    url_id: str
    url: str
    source_id: str
    index: str
    claimed_at: AwareDatetime
    revision: int = 0
    rendering: int = 0
    content_hash: str | None = None
    fetched_at: AwareDatetime | None = None


class Ledger:
    """Everything raises Unavailable when OpenSearch is away."""

    def __init__(self, client: AsyncOpenSearch) -> None:
        self._client = client
        self._urls = Entries(client, names.LEDGER_URLS, UrlEntry)
        self._articles = Entries(client, names.LEDGER_ARTICLES, ArticleEntry)

    # -- URLs -----------------------------------------------------------------------------------------------------

    async def discover(self, discoveries: Sequence[Discovery]) -> list[Found]:
        """Enters each URL that is not there yet. One answer for each, in order."""
        wanted: dict[str, Discovery] = {}
        for discovery in discoveries:
            wanted.setdefault(discovery.url_id, discovery)
        created = await self._urls.create({key: _queued(discovery) for key, discovery in wanted.items()})
        known = await self._urls.read(key for key in wanted if key not in created)
        answers: list[Found] = []
        told: set[str] = set()
        for discovery in discoveries:
            key = discovery.url_id
            entry = _queued(wanted[key]) if key in created else known[key].entry
            own = key in created or (entry.state is State.QUEUED and entry.discovered_by == discovery.discovered_by)
            answers.append(Found(entry, own and key not in told))
            told.add(key)
        return answers

    async def url(self, url_id: str) -> UrlEntry | None:
        """The entry of a URL, or None."""
        return await self._urls.get(url_id)

    async def urls(self, ids: Sequence[str]) -> dict[str, UrlEntry]:
        """The entries that exist among `ids`."""
        return {key: stored.entry for key, stored in (await self._urls.read(ids)).items()}

    async def refetch(self, url_id: str, version: str, by: str) -> UrlEntry | None:
        """Records that the feed shows a newer version, with the attempt raised; the caller publishes the request.

        None where that version is not news, or another has asked for it. The same `by` gets the entry again.
        """
        known = await self.url(url_id)
        if known and known.version == version and known.refetched_by == by:
            return known

        def ask(entry: UrlEntry) -> UrlEntry | None:
            if entry.state is State.TAKEN_DOWN or not is_newer(version, entry):
                return None
            return entry.model_copy(update={"version": version, "refetched_by": by, "attempt": entry.attempt + 1})

        return await self._urls.change(url_id, ask)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Merges `outcomes`, in their order, each into its URL's entry; a missing entry is made from the outcome."""
        pending: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            pending[outcome.url_id].append(outcome)
        async for _ in rounds(names.LEDGER_URLS):
            stored = await self._urls.read(pending)
            fresh: dict[str, UrlEntry] = {}
            changed: dict[str, tuple[Stored[UrlEntry], UrlEntry]] = {}
            for key, own in pending.items():
                old = stored.get(key)
                new = _merged(old.entry if old else None, own)
                if new is not None and old is not None:
                    changed[key] = (old, new)
                elif new is not None:
                    fresh[key] = new
            done = await self._urls.create(fresh) | await self._urls.replace(changed)
            pending = {key: pending[key] for key in (*fresh, *changed) if key not in done}
            if not pending:
                return

    async def counts(self) -> dict[str, int]:
        """How many URLs are in each state that any is in."""
        await self._urls.refresh()
        async with guarded():
            answer = await self._client.search(
                index=names.LEDGER_URLS,
                body={"size": 0, "aggs": {"states": {"terms": {"field": "state", "size": len(State)}}}},
            )
        return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["states"]["buckets"]}

    async def ends(self, since: datetime, source_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """How the URLs of some sources that ended after `since` ended, by source id: counts of `state: reason`. With very
        many sources ask for some at a time: each page of an answer looks at all that ended once more."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        fields = [{name: {"terms": {"field": name}}} for name in ("source_id", "state", "reason")]
        body: dict[str, Any] = {
            "size": 0,
            "query": {
                "bool": {
                    "filter": [{"range": {"at": {"gt": clock.iso(since)}}}, {"terms": {"source_id": list(source_ids)}}],
                    "must_not": [{"term": {"state": State.QUEUED}}],
                }
            },
            "aggs": {"ends": {"composite": {"size": ENDS_PAGE, "sources": fields}}},
        }
        while True:
            async with guarded():
                answer = await self._client.search(index=names.LEDGER_URLS, body=body)
            page = answer["aggregations"]["ends"]
            for bucket in page["buckets"]:
                key = bucket["key"]
                end = f"{key['state']}: {key['reason']}".removesuffix(": ")
                found[key["source_id"]][end] = bucket["doc_count"]
            if "after_key" not in page:
                return dict(found)
            body["aggs"]["ends"]["composite"]["after"] = page["after_key"]

    async def overdue(self, before: datetime, limit: int) -> list[UrlEntry]:
        """URLs `queued` whose `not_before` is earlier than `before`, the longest overdue first."""
        return await self._due(State.QUEUED, "not_before", before, limit)

    async def way(self) -> timedelta:
        """How long the latest URLs that came through all stages took from their discovery, in the median; none where none
        came. Those asked for again, ended where they were fetched or taken out long after tell nothing of it."""
        through = {
            "filter": [{"term": {"attempt": 0}}, {"exists": {"field": "at"}}],
            "must_not": [{"terms": {"state": [State.QUEUED, *OUT]}}, {"terms": {"stage": ["fetcher", "scheduler"]}}],
        }
        body = {"size": LATEST, "query": {"bool": through}, "sort": [{"at": "desc"}]}
        ways = [(entry.at - entry.discovered_at).total_seconds() for entry in await self._urls.search(body) if entry.at]
        return timedelta(seconds=median(ways) if ways else 0)

    async def to_check(self, before: datetime, limit: int) -> list[UrlEntry]:
        """Indexed URLs that are to be looked at again, the longest due first."""
        return await self._due(State.INDEXED, "check_at", before, limit)

    async def _due(self, state: State, field: str, before: datetime, limit: int) -> list[UrlEntry]:
        due = [{"term": {"state": state}}, {"range": {field: {"lt": clock.iso(before)}}}]
        return await self._urls.search({"size": limit, "query": {"bool": {"filter": due}}, "sort": [field]})

    async def check_again(self, entry: UrlEntry) -> UrlEntry | None:
        """Raises the attempt of an indexed entry; the caller publishes the request. None where it changed meanwhile.

        The outcome sets the next check; should the request be lost, the article is no more looked at.
        """

        def again(current: UrlEntry) -> UrlEntry | None:
            if (current.state, current.attempt, current.check_at) != (State.INDEXED, entry.attempt, entry.check_at):
                return None
            return current.model_copy(update={"attempt": current.attempt + 1, "check_at": None})

        return await self._urls.change(entry.url_id, again)

    async def requeue(self, entry: UrlEntry, not_before: datetime) -> UrlEntry | None:
        """Raises the attempt of a `queued` entry; the caller publishes the request. None where it changed meanwhile."""

        def again(current: UrlEntry) -> UrlEntry | None:
            if current.state is not State.QUEUED or current.attempt != entry.attempt:
                return None
            if current.not_before != entry.not_before:
                return None
            return current.model_copy(update={"attempt": current.attempt + 1, "not_before": not_before})

        return await self._urls.change(entry.url_id, again)

    # -- articles -------------------------------------------------------------------------------------------------

    async def article(self, article_id: str) -> ArticleEntry | None:
        """Who owns the article, or None."""
        return await self._articles.get(article_id)

    async def claim(self, entry: ArticleEntry) -> ArticleEntry:
        """Makes `entry`'s URL the owner unless there is one. Returns the entry that stands."""
        if await self._articles.create({entry.article_id: entry}):
            return entry
        standing = await self._articles.get(entry.article_id)
        return standing if standing is not None else await self.claim(entry)

    async def record(
        self, article_id: str, revision: int, rendering: int, content_hash: str, fetched_at: datetime | None = None
    ) -> None:
        """Notes what was written; an older version than noted changes nothing."""
        written = {"revision": revision, "rendering": rendering, "content_hash": content_hash, "fetched_at": fetched_at}

        def note(entry: ArticleEntry) -> ArticleEntry | None:
            if (revision, rendering) < (entry.revision, entry.rendering):
                return None
            new = entry.model_copy(update=written)
            return new if new != entry else None

        await self._articles.change(article_id, note)


def _queued(discovery: Discovery) -> UrlEntry:
    return UrlEntry(
        url_id=discovery.url_id, url=discovery.url, source_id=discovery.source_id,
        discovered_at=discovery.discovered_at, discovered_by=discovery.discovered_by, version=discovery.version,
        not_before=discovery.not_before or discovery.discovered_at, title=discovery.title,
        published_at=discovery.published_at,
    )  # fmt: skip


def _merged(entry: UrlEntry | None, outcomes: Sequence[Outcome]) -> UrlEntry | None:
    """The entry after all `outcomes`, or None where they change nothing."""
    new = entry
    for outcome in outcomes:
        new = merge(new, outcome) or new
    return new if new != entry else None
