"""`babelwire reports`: what readers say is wrong with translations."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import display, tell

if TYPE_CHECKING:
    from shared.search.reports import Report


def reports(
    size: Annotated[int, typer.Option("--size", min=1, max=100, help="How many at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Show what readers reported of translations, the newest first.

    Example: babelwire reports --size 50
    """
    from rich.table import Table
    from rich.text import Text

    from shared.search.reports import COMPLAINTS

    found = asyncio.run(_read(size))
    if as_json:
        for report in found:
            print(report.model_dump_json())
        return
    if not found:
        tell("no reader has reported a translation")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("when", "language", "what", "article"):
        table.add_column(heading, overflow="fold")
    for report in found:
        # Text, never markup: readers' words are anybody's.
        what = f"{COMPLAINTS[report.complaint]}. {report.words}".strip()
        where = Text(f"{report.title}\n{report.url}")
        table.add_row(f"{report.at:%Y-%m-%d %H:%M}", Text(report.language), Text(what), where)
    display(table)


async def _read(size: int) -> "list[Report]":
    from console.engines import search
    from shared.search.reports import Reports

    async with search() as (client, _):
        return await Reports(client).latest(size)
