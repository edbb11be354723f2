"""`babelwire sources …`: the list of who is read."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.terminal import Refused, display, tell

if TYPE_CHECKING:
    from console.discovery import Discovered
    from shared.events import Priority, Rights
    from shared.search.sources import Source

MOST_BYTES = 50 * 1024 * 1024
REFUSED_SHOWN = 10
KINDS = {"feed": "feeds", "sitemap": "sitemaps", "page": "front page"}

RightsOption = Annotated[
    Literal["link", "snippet", "full"] | None,
    typer.Option(help="What may be shown of them; else what the list says, else BABELWIRE_SOURCES_RIGHTS (snippet)."),
]
PriorityOption = Annotated[
    Literal["normal", "low"] | None,
    typer.Option(help="Of `low` ones only headlines are translated while too much waits; the text follows."),
]
sources = typer.Typer(name="sources", no_args_is_help=True, help="Who is read: import, add, list, export.")


def read_list(path: Path, rights: "Rights | None" = None) -> "list[Source]":
    """The sources in the OPML or JSON file `path`; of entries that are none it tells. `rights` is the operator's word for
    all of them. Raises Refused where the file cannot be read."""
    from console import source_lists

    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path} is larger than any list of sources")
        found = source_lists.parse(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    except source_lists.UnreadableList as error:
        raise Refused(f"{path} {error}") from error
    for line in found.refused[:REFUSED_SHOWN]:
        tell(f"{path}: left out, {line}", "yellow")
    if len(found.refused) > REFUSED_SHOWN:
        tell(f"{path}: left out {len(found.refused) - REFUSED_SHOWN} more", "yellow")
    if not found.sources:
        raise Refused(f"{path} names no feed")
    return with_rights(found.sources, rights)


def with_rights(found: "Iterable[Source]", rights: "Rights | None") -> "list[Source]":
    """The sources with the rights that the operator gave them, else with their own, else with the setting's."""
    from console.settings import SourcesSettings
    from shared.settings import load

    usual = load(SourcesSettings).rights
    given: list[Source] = []
    for source in found:
        if rights:
            given.append(source.model_copy(update={"rights": rights}))
        elif "rights" in source.model_fields_set:
            given.append(source)
        else:
            default = source.model_copy(update={"rights": usual})
            # Not said on purpose: of a source that is there already it changes nothing.
            default.model_fields_set.discard("rights")
            given.append(default)
    return given


def with_priority(found: "Iterable[Source]", priority: "Priority | None") -> "list[Source]":
    """The sources with the priority that the operator gave them, else with their own."""
    return [source.model_copy(update={"priority": priority}) if priority else source for source in found]


@sources.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="OPML or JSON.")],
    rights: RightsOption = None,
    priority: PriorityOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
) -> None:
    """Add the sources of a list, or merge them into those that are there.

    Example: babelwire sources import feeds.opml
    """
    found = with_priority(read_list(file, rights), priority)
    if dry_run:
        for source in found:
            print(f"{source.name}: {', '.join(feed.url for feed in source.feeds) or source.home_page}")
        tell(f"{len(found)} sources; none added")
        return
    _add(found)


@sources.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A home page, whose feeds are looked for, or a feed.")],
    name: Annotated[str | None, typer.Option(help="What to call it; else what it calls itself.")] = None,
    rights: RightsOption = None,
    priority: PriorityOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be added.")] = False,
) -> None:
    """Add one source, with its feeds or sitemaps, and tell where they were found; for want of both its front page is read.

    Example: babelwire sources add https://example.org/
    """
    found = asyncio.run(_discovered(url))
    source = found.source.model_copy(update={"name": name}) if name else found.source
    (wanted,) = with_priority(with_rights([source], rights), priority)
    said = f"rights: {wanted.rights}, priority: {wanted.priority}"
    tell(f"{wanted.name}, {wanted.home_page}, {wanted.language or 'language not told'}, {said}")
    tell(f"{', '.join(sorted({KINDS[feed.kind] for feed in wanted.feeds}))}: {found.how}")
    for feed in wanted.feeds:
        print(feed.url)
    if not dry_run:
        _add([wanted])


@sources.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As one JSON list.")] = False) -> None:
    """Every source with its feeds' health.

    Example: babelwire sources list
    """
    from rich.table import Table

    from shared.clock import iso

    found = asyncio.run(_all())
    if as_json:
        import json

        print(json.dumps([source.model_dump(mode="json") for source in found], ensure_ascii=False))
        return
    table = Table("source", "language", "rights", "priority", "feeds", "health", "last article", "home page", box=None)
    for source in sorted(found, key=lambda one: one.name.casefold()):
        last = max((feed.last_article_at for feed in source.feeds if feed.last_article_at), default=None)
        health = source.health if source.active else "paused"
        moment = iso(last) if last else ""
        table.add_row(
            source.name, source.language, source.rights, source.priority, str(len(source.feeds)), health, moment,
            source.home_page,
        )  # fmt: skip
    display(table)


@sources.command()
def export(form: Annotated[Literal["opml", "json"], typer.Option("--format", help="opml or json.")] = "opml") -> None:
    """Write the list to standard output: as OPML for feed readers, or as JSON, which keeps everything.

    Example: babelwire sources export --format json > sources.json
    """
    from console import source_lists

    found = asyncio.run(_all())
    sys.stdout.write(source_lists.to_opml(found) if form == "opml" else source_lists.to_json(found) + "\n")


async def _all() -> "list[Source]":
    from console.engines import search
    from shared.search.sources import Sources

    async with search() as (client, _):
        return await Sources(client).all()


async def _discovered(url: str) -> "Discovered":
    from console.discovery import Discoverer
    from console.web import client
    from services.fetcher.parsing import ListingReader
    from services.fetcher.settings import FetcherSettings
    from shared.settings import load

    own = load(FetcherSettings)
    web, reader = client(), ListingReader(own.max_body_bytes)
    try:
        return await Discoverer(web, reader, own.user_agent, own.host_delay_seconds).discover(url)
    finally:
        await web.aclose()
        await reader.aclose()


def _add(found: "list[Source]") -> None:
    added, known = asyncio.run(_put(found))
    tell(f"{added} sources added, {known} known")


async def _put(found: "list[Source]") -> tuple[int, int]:
    from console.engines import search
    from shared.search.sources import Sources

    async with search() as (client, _):
        return await Sources(client).add(found)
