"""`babelwire takedown URL|DOMAIN`: out of the index and whatever shows it, for good, and on record."""

import asyncio
import getpass
import json
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import Refused, display, tell

if TYPE_CHECKING:
    from console.taking_down import Reach
    from shared.search.takedowns import Takedown


def takedown(
    subject: Annotated[str, typer.Argument(metavar="URL|DOMAIN", help="An article's URL, or a domain with all below it.")],
    reason: Annotated[str, typer.Option("--reason", help="For the record: who asked for it, and why.")],
    by: Annotated[str | None, typer.Option("--by", help="Who decided; else the account that runs the command.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken down.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Take an article, or all of a domain, out of the index, the site, feeds, stories and trends, for good.

    It is fetched no more, a replay does not bring it back, and its page answers 410. Cannot be undone; safe to repeat, for
    instance when Kafka was away. Copies that others keep, and backups, are not reached: the runbook says what to do.

    Example: babelwire takedown https://example.org/2026/10/ferry --reason "court order 12/2026"
    """
    from console.taking_down import named

    if not reason.strip():
        raise Refused("--reason says for the record why; it may not be empty")
    kind, name = named(subject)
    reach = asyncio.run(_reach(kind, name))
    if not dry_run:
        question = f"Take down {len(reach.urls)} URLs and {len(reach.article_ids)} articles of {name} for good?"
        if not yes and not typer.confirm(question, err=True):
            raise Refused("nothing was taken down")
        reach = asyncio.run(_act(kind, name, reason.strip(), by or getpass.getuser()))
    if as_json:
        told = {"kind": kind, "subject": name, "dry_run": dry_run, "urls": len(reach.urls)}
        print(json.dumps(told | {"articles": reach.article_ids, "sources": reach.source_ids}, ensure_ascii=False))
        return
    for url in reach.urls.values():
        print(url)
    done = "would be taken down" if dry_run else "taken down"
    tell(f"{len(reach.urls)} URLs and {len(reach.article_ids)} articles {done}; {len(reach.source_ids)} sources paused")


def takedowns(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Show what was taken down, when, by whom and why, the newest first.

    Example: babelwire takedowns --json
    """
    from rich.table import Table
    from rich.text import Text

    found = asyncio.run(_recorded())
    if as_json:
        for one in found:
            print(one.model_dump_json())
        return
    if not found:
        tell("nothing was taken down")
        return
    table = Table("at", "by", "urls", "articles", "what, and why", box=None, padding=(0, 2, 0, 0))
    for one in found:
        what = Text(f"{one.subject}\n{one.reason}")
        table.add_row(f"{one.at:%Y-%m-%d %H:%M}", Text(one.by), str(one.urls), str(len(one.article_ids)), what)
    display(table)


async def _reach(kind: str, name: str) -> "Reach":
    from console.engines import search
    from console.taking_down import reach

    async with search() as (client, _):
        return await reach(client, kind, name)


async def _act(kind: str, name: str, reason: str, by: str) -> "Reach":
    from console.engines import search
    from console.taking_down import take_down
    from shared.kafka.publisher import Publisher

    async with search() as (client, settings), Publisher(settings) as publisher:
        return await take_down(client, publisher, kind, name, reason=reason, by=by)


async def _recorded() -> "list[Takedown]":
    from console.engines import search
    from shared.search.takedowns import Takedowns

    async with search() as (client, _):
        return await Takedowns(client).all()
