"""`babelwire up`: the native stack and all services in the foreground."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from console.terminal import Refused


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Add the newsroom, a small fictional press, and read it.")] = False,
    sources: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Import this list first (OPML or JSON).")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End when everything discovered has ended; 0 only if nothing was lost.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one summary object as the last line.")] = False,
) -> None:
    """Run the native stack and all services in the foreground; Ctrl-C stops everything in order.

    Example: babelwire up --demo
    """
    from rich.console import Console

    from console import stack
    from console.native.settings import NativeSettings, UpSettings
    from shared.settings import load

    native, settings = load(NativeSettings), load(UpSettings)
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    options = stack.Options(demo, sources, once, as_json)
    try:
        status = asyncio.run(stack.until_signalled(stack.Stack(options, native, settings, console)))
    except stack.FAULTS as error:
        raise Refused(stack.told(error, native.home)) from error
    raise typer.Exit(status)
