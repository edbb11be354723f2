"""`babelwire reindex`: months of articles built anew for a newer mapping, while everything runs."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import Refused, display, out, tell

if TYPE_CHECKING:
    from shared.search.reindexing import Month

# Longer than any search may take: the site gives up after BABELWIRE_WEB_SEARCH_SECONDS, our client after 20 s.
GRACE_SECONDS = 20.0


def reindex(
    months: Annotated[list[str] | None, typer.Argument(metavar="MONTH", help="Such as 2026.10; else all outdated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is of the current version.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be built anew.")] = False,
    grace: Annotated[float, typer.Option("--grace", min=0, help="Seconds that a search may go on.")] = GRACE_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per month.")] = False,
) -> None:
    """Build months of articles anew beside the old ones, for a newer mapping, and put them in their place.

    Search has no gap; what is written meanwhile is not lost, but waits for some seconds at the end. Needs room on the disk
    for one month more. Interrupted, it goes on where it was.

    Example: babelwire reindex --dry-run
    """
    asyncio.run(_reindex(months or [], everything, dry_run, grace, as_json))


async def _reindex(wanted: list[str], everything: bool, dry_run: bool, grace: float, as_json: bool) -> None:
    from rich.progress import Progress
    from rich.table import Table

    from console.engines import search
    from shared.search import reindexing, templates

    async with search() as (client, settings):
        chosen = _chosen(await reindexing.months(client), wanted, everything)
        if not chosen:
            tell(f"every month is of the current version, {reindexing.CURRENT}")
            return
        if dry_run:
            table = Table("month", "documents", "version", "begun", box=None)
            for month in chosen:
                if as_json:
                    print(_line(month, None))
                else:
                    table.add_row(month.name, str(month.documents), str(month.version or "older"), month.begun or "")
            if not as_json:
                display(table)
            return
        await templates.apply(client, settings)
        with Progress(console=out(stderr=True), transient=True) as progress:
            tasks = {month.name: progress.add_task(month.name, total=None) for month in chosen}

            def show(name: str, copied: int, total: int) -> None:
                progress.update(tasks[name], completed=copied, total=total)

            for month in chosen:
                index = await reindexing.rebuild(client, settings, month, show, grace=grace)
                if as_json:
                    print(_line(month, index), flush=True)
                else:
                    tell(f"{month.name}: {month.documents} documents, now in {index}")


def _chosen(there: "list[Month]", wanted: list[str], everything: bool) -> "list[Month]":
    """Those named, or all that are outdated or begun. Raises Refused where one named is not there."""
    known = {month.name.rpartition("-")[2]: month for month in there}
    if missing := [name for name in wanted if name not in known]:
        raise Refused(f"no month {', '.join(missing)}; there are {', '.join(known)}")
    named = [known[name] for name in dict.fromkeys(wanted)] or there
    return [month for month in named if everything or not month.is_current or month.begun]


def _line(month: "Month", index: str | None) -> str:
    return json.dumps({"month": month.name, "documents": month.documents, "version": month.version, "index": index})
