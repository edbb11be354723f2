"""`babelwire doctor`: is everything there that the wire needs, and how is it repaired?"""

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from console.checks import Finding


def doctor(as_json: Annotated[bool, typer.Option("--json", help="As one JSON list.")] = False) -> None:
    """Check the engines, topics, templates, lag, disks, models and clocks, and say how to repair what is not well.

    Exit status 1 where any check fails.

    Example: babelwire doctor
    """
    import json

    found = asyncio.run(_examine())
    if as_json:
        print(json.dumps([dataclasses.asdict(one) | {"well": one.well} for one in found], ensure_ascii=False))
    else:
        display(screen(found))
    if not all(one.well for one in found):
        raise typer.Exit(1)


async def _examine() -> "list[Finding]":
    from console import checks
    from console.engines import search

    async with search() as (client, settings):
        return list(await asyncio.gather(*(checks.run(name, check, settings, client) for name, check in checks.CHECKS)))


def screen(found: "Sequence[Finding]") -> "RenderableType":
    """The findings, to be read."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for one in found:
        mark = Text("✗", "red") if not one.well else Text("!", "yellow") if one.repair else Text("✓", "green")
        table.add_row(mark, Text(one.name, "bold"), one.found)
        if one.repair:
            table.add_row("", "", Text(f"→ {one.repair}", "dim" if one.well else "yellow"))
    return table
