"""`babelwire extract`: the production extractor on pages at hand."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import display, emit, tell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from console.pages import Asked, Malformed
    from services.extractor.pool import WorkerPool
    from shared.errors import Ended
    from shared.events import Article, Page
    from shared.http.client import GuardedClient

AT_ONCE_PER_WORKER = 4
LONGEST_SHOWN = 80  # characters of a value under --why


def extract(
    pages: Annotated[
        list[str] | None, typer.Argument(metavar="FILE|URL", help="Saved pages, also gzipped, or addresses.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the one FILE comes from; else what it says itself.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='One line per page, in order; without pages reads lines {"url":…, "path":…}.')
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The article as indented JSON, to be read.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Show beside the article where each of its fields was found.")] = False,
) -> None:
    """Extract articles with what runs in production: the text as blocks, with title, authors, dates and the rest.

    An article's age does not matter here. Exit status 1 where a page asked for by name is no article.

    Example: babelwire extract --jsonl < pages.jsonl > articles.jsonl
    """
    if not pages and not jsonl:
        raise typer.BadParameter("name a FILE or URL, or give --jsonl and lines on standard input")
    if url and (not pages or len(pages) != 1):
        raise typer.BadParameter("--url goes with one FILE")
    if jsonl and (as_json or why):
        raise typer.BadParameter("--jsonl has every field and its origin already; it goes with neither --json nor --why")
    show = Shown(jsonl, as_json=as_json, why=why)
    asyncio.run(_extract(_named(pages, url) if pages else _lines(), show))
    if pages and show.ended:
        raise typer.Exit(1)


class Shown:
    """Prints what came of each page, and counts those that were no article."""

    def __init__(self, jsonl: bool, *, as_json: bool = False, why: bool = False) -> None:
        self.ended = 0
        self._jsonl, self._json, self._why = jsonl, as_json, why

    def __call__(self, answer: "tuple[str | None, Article | Ended]") -> None:
        from shared.events import Article

        name, found = answer
        if isinstance(found, Article):
            if self._jsonl:
                emit(found)
            elif self._json:
                sys.stdout.write(found.model_dump_json(indent=2, exclude_none=True) + "\n")
            else:
                display(preview(found))
            if self._why and not self._json:
                display(origins(found))
            return
        self.ended += 1
        if self._jsonl or self._json:
            line = {"url": name, "outcome": found.state.value, "reason": found.reason}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            tell(f"{name}: {found.state.value.replace('_', ' ')}, {found.reason}", "yellow")


async def _named(pages: list[str], url: str | None) -> "AsyncIterator[Asked | Malformed]":
    from console.pages import Asked

    for name in pages:
        remote = name.lower().startswith(("http://", "https://"))
        yield Asked(url=name) if remote else Asked(url=url, path=Path(name))


async def _lines() -> "AsyncIterator[Asked | Malformed]":
    from console.lines import lines
    from console.pages import asked

    async for line in lines():
        yield asked(line)


async def _extract(wanted: "AsyncIterator[Asked | Malformed]", show: Shown) -> None:
    from console.lines import in_order
    from console.web import client
    from services.extractor.pool import Policy, WorkerPool
    from services.extractor.settings import ExtractorSettings
    from shared.settings import load

    own = load(ExtractorSettings)
    # Whoever names a page wants it, however old it is.
    rules = Policy(max_age=None, ignore_reservations=own.ignore_reservations)
    pool = WorkerPool(own.workers, own.page_seconds, own.worker_mib, own.worker_pages, rules)
    web = client()

    async def one(asked: "Asked | Malformed") -> "tuple[str | None, Article | Ended]":
        return await _one(asked, pool, web)

    try:
        await in_order(wanted, one, show, own.workers * AT_ONCE_PER_WORKER)
    finally:
        await web.aclose()
        await pool.close()


async def _one(asked: "Asked | Malformed", pool: "WorkerPool", web: "GuardedClient") -> "tuple[str | None, Article | Ended]":
    from console.pages import Malformed
    from shared.errors import Ended, State, Transient
    from shared.item import NoDeadline

    if isinstance(asked, Malformed):
        return asked.url, Ended(State.FAILED, asked.reason)
    name = asked.url or str(asked.path)
    try:
        page = await (_saved(asked, pool) if asked.path else _fetched(asked, web))
        return name, await pool.extract(page, None, NoDeadline())
    except Ended as ended:
        return name, ended
    except Transient as error:
        return name, Ended(error.state or State.FAILED, error.reason)


async def _saved(asked: "Asked", pool: "WorkerPool") -> "Page":
    from console import pages
    from shared.item import NoDeadline

    assert asked.path is not None
    body, kind = await asyncio.to_thread(pages.read, asked.path), asked.content_type or "text/html"
    url = asked.url or await pool.run(pages.address, body, kind, asked.path.name, deadline=NoDeadline())
    return pages.page(url, url, body, kind, asked.fetched_at)


async def _fetched(asked: "Asked", web: "GuardedClient") -> "Page":
    from console import pages
    from shared.errors import Ended, State

    assert asked.url is not None
    answer = await web.follow(asked.url)
    if answer.status != 200:
        raise Ended(State.GONE if answer.status in (404, 410) else State.FAILED, f"http {answer.status}")
    return pages.page(asked.url, answer.url, answer.body, answer.content_type)


def preview(article: "Article") -> "RenderableType":
    """The article to be read in a terminal."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    from shared.clock import iso

    facts = [
        ", ".join(article.authors),
        iso(article.published_at) if article.published_at else "undated",
        article.language,
        article.section,
        f"{article.word_count} words",
    ]
    parts: list[RenderableType] = [Text(article.title, "bold"), Text(" · ".join(filter(None, facts)), "dim")]
    parts.append(Text(article.canonical_url, "dim"))
    if article.standfirst:
        parts.append(Padding(Text(article.standfirst, "italic"), (1, 0, 0, 0)))
    for block in article.blocks:
        indent = 4 if block.kind in ("quote", "preformatted") else 2 if block.kind == "list_item" else 0
        mark = "• " if block.kind == "list_item" else ""
        text = Text(mark + block.text, "bold" if block.kind == "heading" else "dim" if block.kind == "caption" else "")
        parts.append(Padding(text, (1, 0, 0, indent)))
    return Group(*parts, "")


def origins(article: "Article") -> "RenderableType":
    """Each field with its value, cut to a line, and where it was found: json-ld, og, meta, page, url, source, …"""
    from rich.table import Table

    fields = article.model_dump(mode="json", exclude={"blocks", "times", "provenance"})
    table = Table("field", "found in", "value", box=None, pad_edge=False)
    for field, place in article.provenance.items():
        value = fields.get(field)
        shown = (
            ", ".join(map(str, value))
            if isinstance(value, list)
            else str(value["url"] if field == "image" and value else value)
        )
        table.add_row(field, place, shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…")
    return table
