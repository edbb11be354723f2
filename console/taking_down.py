"""How something is taken down: first the way back is barred, then the text goes, then whatever was made of it.

The order is what makes it safe beside stages at work: an indexer looks at the ledger after it has claimed an article, and
here claims are looked for after the ledger was written, so that one of the two sees the other. A tombstone's version is
above any article's, so what was just being written loses.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from opensearchpy import AsyncOpenSearch, ConflictError
from opensearchpy.helpers import async_scan

from console.terminal import Refused
from shared import clock, ids
from shared.errors import State
from shared.events import Event, Indexed, Outcome, Trend
from shared.kafka.publisher import Publisher
from shared.search import names
from shared.search.client import guarded
from shared.search.entries import Entries
from shared.search.forgetting import forget_in_reports, forget_in_stories, forget_in_trends
from shared.search.lease import Lease
from shared.search.ledger import ArticleEntry, Ledger
from shared.search.reads import chunks
from shared.search.sources import Source, Sources
from shared.search.takedowns import TOMBSTONE_VERSION, Takedown, Takedowns, is_under, tombstone

SCAN = 2_000
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+(:[0-9]+)?|[a-z0-9-]+:[0-9]+")
PUBLISHED_AT_ONCE = 500
Kind = Literal["url", "domain"]


@dataclass
class Reach:
    """What a takedown concerns: URLs by their ids, the articles, the sources that are polled no more."""

    urls: dict[str, str] = field(default_factory=dict)
    articles: dict[str, ArticleEntry] = field(default_factory=dict)
    source_ids: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)  # url id to source id

    @property
    def article_ids(self) -> list[str]:
        return sorted(self.articles)


def named(subject: str) -> tuple[Kind, str]:
    """Whether `subject` is a URL or a domain, and its one spelling. Raises Refused."""
    given = subject.strip()
    try:
        if "://" in given:
            return "url", ids.normalise_url(given)
        host = ids.normalise_url(f"http://{given}/").removeprefix("http://").removesuffix("/")
    except ValueError as error:
        raise Refused(f"neither a URL nor a domain: {given[:200]!r}") from error
    if not _HOST.fullmatch(host):
        raise Refused(f"neither a URL nor a domain: {given[:200]!r}")
    if ids.is_public_suffix(host):
        raise Refused(f"{host} is not one publisher's: anybody can register below it")
    return "domain", host


async def reach(client: AsyncOpenSearch, kind: str, name: str) -> Reach:
    """What a takedown of `name` concerns, as the index knows it now. Raises Unavailable."""
    async with guarded():
        indices = f"{names.LEDGER_URLS},{names.LEDGER_ARTICLES},{names.ARTICLES}"
        await client.indices.refresh(index=indices)
        return await (_of_url(client, name) if kind == "url" else _of_domain(client, name))


async def take_down(client: AsyncOpenSearch, publisher: Publisher, kind: str, name: str, *, reason: str, by: str) -> Reach:
    """Does it, and keeps the record. Raises Unavailable part of the way; doing it again completes it."""
    now = clock.now()
    if kind == "domain":  # before anything else, so that nothing new comes in meanwhile
        await Takedowns(client).add(Takedown(kind="domain", subject=name, reason=reason, by=by, at=now))
        found = await reach(client, kind, name)
    else:
        found = await reach(client, kind, name)
        found.urls.setdefault(ids.url_id(name), name)
    outcomes = [_outcome(key, url, found) for key, url in sorted(found.urls.items())]
    for some in chunks(outcomes):
        await Ledger(client).settle(some)
    found.articles |= (await reach(client, kind, name)).articles
    withdrawn = [event for entry in found.articles.values() if (event := await _bury(client, entry))]
    turn = await Lease(client, "trends", "takedown").claim()
    await forget_in_stories(client, found.article_ids, turn.epoch)
    trends = await forget_in_trends(client, found.article_ids, turn.epoch)
    await forget_in_reports(client, found.article_ids)
    await Sources(client).pause(found.source_ids)
    await Takedowns(client).add(
        Takedown(
            kind=cast("Kind", kind), subject=name, reason=reason, by=by, at=now, urls=len(found.urls),
            article_ids=tuple(found.article_ids),
        )
    )  # fmt: skip
    async with guarded():
        await client.indices.refresh(index=f"{names.ARTICLES},{','.join(names.FIXED)}")
    events: list[Event | Trend] = [*outcomes, *withdrawn, *trends]
    for number, part in enumerate(chunks(events, PUBLISHED_AT_ONCE)):
        await publisher.publish(part, source="takedown", cause=f"{name} {clock.iso(now)} {number}")
    return found


async def _of_url(client: AsyncOpenSearch, url: str) -> Reach:
    """The URL, its article, and the article's other URLs: who asks means the text, wherever it was found."""
    found = Reach()
    entry = await Ledger(client).url(ids.url_id(url))
    wanted: list[dict[str, Any]] = [
        {"term": {"url_id": ids.url_id(url)}},
        {"term": {"article_id": ids.article_id(url)}},
    ]
    if entry and entry.article_id:
        wanted.append({"term": {"article_id": entry.article_id}})
    await _articles(client, wanted, found)
    wanted = [{"terms": {"article_id": found.article_ids}}, {"term": {"url_id": ids.url_id(url)}}]
    async for hit in _scan(client, names.LEDGER_URLS, wanted):
        _add(found, hit)
    for one in found.articles.values():
        found.urls.setdefault(one.url_id, one.url)
        found.owners.setdefault(one.url_id, one.source_id)
    return found


async def _of_domain(client: AsyncOpenSearch, domain: str) -> Reach:
    """All URLs on the domain and below it, the articles they own or that are canonical there, and its sources."""
    found = Reach()
    async for page in Sources(client).pages():
        found.source_ids += [one.id for one in page if is_under(one.home_page, domain) or _fed_by(one, domain)]
    # URLs over 2,048 characters are not in the index of URLs; their source finds them.
    of_source = {"terms": {"source_id": found.source_ids}}
    async for hit in _scan(client, names.LEDGER_URLS, [*_hosted("url", domain), of_source]):
        if is_under(hit["url"], domain):
            _add(found, hit)
    await _articles(client, [*_hosted("url", domain), of_source], found, lambda one: is_under(one.url, domain))
    canonical = [hit["article_id"] async for hit in _scan(client, names.ARTICLES, _hosted("canonical_url", domain))]
    owned = await Entries(client, names.LEDGER_ARTICLES, ArticleEntry).read(canonical)
    found.articles |= {key: stored.entry for key, stored in owned.items()}
    for one in found.articles.values():
        found.urls.setdefault(one.url_id, one.url)
        found.owners.setdefault(one.url_id, one.source_id)
    return found


def _fed_by(source: Source, domain: str) -> bool:
    return bool(source.feeds) and all(is_under(feed.url, domain) for feed in source.feeds)


def _add(found: Reach, hit: Mapping[str, Any]) -> None:
    found.urls[hit["url_id"]] = hit["url"]
    found.owners[hit["url_id"]] = hit["source_id"]


async def _articles(
    client: AsyncOpenSearch, wanted: list[Any], found: Reach, is_meant: Callable[[ArticleEntry], bool] | None = None
) -> None:
    async for hit in _scan(client, names.LEDGER_ARTICLES, wanted):
        entry = ArticleEntry.model_validate(hit)
        if is_meant is None or is_meant(entry):
            found.articles[entry.article_id] = entry


def _hosted(name: str, domain: str) -> list[dict[str, Any]]:
    """Queries that find all URLs on `domain`, and a few others: the caller looks again."""
    return [{"wildcard": {name: {"value": f"*{lead}{domain}{end}"}}} for lead in ("://", ".") for end in ("/*", ":*")]


async def _scan(client: AsyncOpenSearch, index: str, wanted: Iterable[Any]) -> AsyncIterator[dict[str, Any]]:
    query: dict[str, Any] = {"query": {"bool": {"should": [*wanted], "minimum_should_match": 1}}}
    query |= {"_source": ["article_id"] if index == names.ARTICLES else True}
    async for hit in async_scan(client, query=query, index=index, size=SCAN):
        yield hit["_source"]


async def _bury(client: AsyncOpenSearch, entry: ArticleEntry) -> Indexed | None:
    """Puts the tombstone in the document's place. What the document was, as the event `withdrawn`; None where none was."""
    now = clock.now()
    body = tombstone(entry.article_id, ids.shortid(entry.article_id), entry.url_id, entry.source_id, now)
    fields = ["language", "section", "revision", "rendering", "translation.status", "times.discovered"]
    async with guarded():
        options: dict[str, Any] = {"_source_includes": fields, "ignore": [404]}
        old = (await client.get(index=entry.index, id=entry.article_id, **options)).get("_source")
        try:
            version = {"version": TOMBSTONE_VERSION, "version_type": "external"}
            await client.index(index=entry.index, id=entry.article_id, body=body, params=version)
        except ConflictError:
            return None  # it stands there already
    if not old or "times" not in old:
        return None
    return Indexed(
        url_id=entry.url_id, url=entry.url, source_id=entry.source_id, kind="withdrawn", article_id=entry.article_id,
        index=entry.index, revision=old["revision"], rendering=old["rendering"], language=old["language"],
        status=old["translation"]["status"], title="", section=old["section"],
        first_seen_at=old["times"]["discovered"], indexed_at=now,
    )  # fmt: skip


def _outcome(url_id: str, url: str, found: Reach) -> Outcome:
    article = next((key for key, one in found.articles.items() if one.url_id == url_id), None)
    return Outcome(
        url_id=url_id, url=url, source_id=found.owners.get(url_id, ""), state=State.TAKEN_DOWN, stage="takedown",
        reason="by the operator", at=clock.now(), article_id=article,
    )  # fmt: skip
