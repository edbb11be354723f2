"""`babelwire why URL`: that URL's way through the system, from the ledger, the index and the dead letters."""

import asyncio
import itertools
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.status import duration
from console.terminal import Refused, display, tell

if TYPE_CHECKING:
    from opensearchpy import AsyncOpenSearch
    from rich.console import RenderableType


STAGES = ("discovered", "fetched", "extracted", "translated", "indexed")
# Of the document all but its texts and vector.
SHOWN = [
    "article_id", "canonical_url", "source_name", "language", "title", "section", "published_at", "modified_at",
    "word_count", "rights", "revision", "rendering", "times", "translation.status",
    "translation.engine", "translation.title", "translation.quality",
]  # fmt: skip


def why(
    url: Annotated[str, typer.Argument(metavar="URL", help="However it is written; tracking parameters do not matter.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Tell what became of a URL: when it was found, how it ended and why, its article, its dead letters.

    Each line has the time since the one before. Exit status 1 where it is not known.

    Example: babelwire why https://example.org/2026/10/ferry
    """
    import json

    found = asyncio.run(_way(url))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    elif found["known"]:
        display(story(found))
    else:
        tell(f"{found['url']} is not known: no feed or sitemap that was read has shown it")
    if not found["known"]:
        raise typer.Exit(1)


async def _way(given: str) -> dict[str, Any]:
    """All that is known of a URL. Raises Refused when it is none, Unavailable without OpenSearch."""
    from console.deadletters import letters, summary
    from console.engines import search
    from shared.errors import Unavailable
    from shared.ids import normalise_url, url_id

    try:
        url, identity = normalise_url(given), url_id(given)
    except ValueError as error:
        raise Refused(str(error)) from error
    async with search() as (client, settings):
        found = await _books(client, identity)
        dead: list[dict[str, Any]] | None
        try:
            dead = [summary(letter) async for letter in letters(settings) if letter.url_id == identity]
        except Unavailable as error:
            tell(f"the dead letters cannot be read: {error}", "yellow")
            dead = None
    known = bool(found["ledger"] or found["feed"] or dead)
    seconds = stages((found["document"] or {}).get("times") or {})
    return {"url": url, "url_id": identity, "known": known, **found, "seconds": seconds, "dead_letters": dead}


async def _books(client: "AsyncOpenSearch", identity: str) -> dict[str, Any]:
    from shared.ids import url_id
    from shared.search.client import guarded
    from shared.search.ledger import Ledger
    from shared.search.sources import Sources

    ledger, sources = Ledger(client), Sources(client)
    entry = await ledger.url(identity)
    article = await ledger.article(entry.article_id) if entry and entry.article_id else None
    document: dict[str, Any] | None = None
    if article:
        async with guarded():
            options: dict[str, Any] = {"_source_includes": SHOWN, "ignore": [404]}
            answer = await client.get(index=article.index, id=article.article_id, **options)
        found = answer.get("_source") or {}
        document = found if "revision" in found else None  # a tombstone tells nothing that the ledger does not
    source = await sources.get(entry.source_id) if entry else None
    feed = None
    if entry is None:
        async for page in sources.pages():
            for one in page:
                for listed in one.feeds:
                    if url_id(listed.url) == identity:
                        source, feed = one, listed
    return {
        "ledger": entry.model_dump(mode="json") if entry else None,
        "source": {"id": source.id, "name": source.name, "rights": source.rights} if source else None,
        "article": article.model_dump(mode="json") if article else None,
        "document": document,
        "feed": feed.model_dump(mode="json") if feed else None,
    }


def story(found: dict[str, Any]) -> "RenderableType":
    """What `_way` found, to be read."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    before: datetime | None = None
    for moment, words in sorted(_events(found), key=lambda event: event[0] or "~"):
        at = datetime.fromisoformat(moment) if moment else None
        table.add_row(moment, f"+{_short((at - before).total_seconds())}" if at and before else "", words)
        before = at or before
    if document := found["document"]:
        translation = document.get("translation") or {}
        table.add_row("", "", f"“{translation.get('title') or document.get('title')}”")
        table.add_row(
            "", "", f"document {document['article_id']}, revision {document['revision']}, rendering {document['rendering']}"
        )
    return table


def _short(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)


def stages(times: dict[str, str | None]) -> dict[str, float]:
    """How long each stage took of the document's `times`: seconds since the one before had done its part."""
    ends = [(stage, datetime.fromisoformat(moment)) for stage in STAGES if (moment := times.get(stage))]
    return {stage: round((end - begin).total_seconds(), 3) for (_, begin), (stage, end) in itertools.pairwise(ends)}


def _events(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Moments (ISO 8601, empty where there is none) and what happened then."""
    events: list[tuple[str, str]] = []
    name = (found["source"] or {}).get("name", "a source that is no more")
    if entry := found["ledger"]:
        events.append((entry["discovered_at"], f"discovered in {name}: {entry['url']}"))
        reason = f", {entry['reason']}" if entry["reason"] else ""
        by = f" ({entry['stage']}, attempt {entry['attempt']})" if entry["stage"] else ""
        events.append((entry["at"] or entry["not_before"] or "", f"{entry['state'].replace('_', ' ')}{reason}{by}"))
        if last := entry["last_fetch"]:
            events.append((last["at"], f"seen again: {last['state'].replace('_', ' ')} {last['reason']} ({last['stage']})"))
    if (article := found["article"]) and entry and article["url_id"] != entry["url_id"]:
        events.append(("", f"its article belongs to {article['url']}"))
    elif document := found["document"]:
        translation = document.get("translation") or {}
        for stage, moment in (document.get("times") or {}).items():
            if moment and stage not in ("discovered", "indexed"):
                how = f": {translation.get('status')} {translation.get('engine') or ''}" if stage == "translated" else ""
                events.append((moment, f"{stage}{how}".rstrip()))
    if feed := found["feed"]:
        events.append(
            (feed["last_polled_at"] or "", f"a {feed['kind']} of {name}: {feed['last_result'] or 'not polled yet'}")
        )
        events.append((feed["next_poll_at"] or "", "to be polled"))
    for letter in found["dead_letters"] or ():
        events.append((letter["at"], f"dead letter {letter['id']}: {letter['error_type']} {letter['error']}"))
    return events
