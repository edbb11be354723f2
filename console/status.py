"""`babelwire status`: the funnel, what waits, how fresh the news is, and how services and sources are."""

import asyncio
import contextlib
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.terminal import display, out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from shared.search.sources import Source

TROUBLED = ("blocked", "failing", "quiet")
TROUBLED_SHOWN = 10
REPORTED_DAYS = 7


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object; with --watch, one a line.")] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Again and again, until Ctrl-C.")] = False,
    seconds: Annotated[float, typer.Option(min=0.5, help="With --watch: from one look to the next.")] = 5.0,
) -> None:
    """Show how everything is: the funnel, lag, freshness, dead letters, and the health of each service and source.

    Exit status 1 where an engine is away; with --watch that is shown, and looked for again.

    Example: babelwire status --watch
    """
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_watch(as_json, seconds))
        return
    found = asyncio.run(_read())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        display(screen(found))


async def _watch(as_json: bool, seconds: float) -> None:
    """Shows it every `seconds` until cancelled: on a terminal in place, in a pipe one after the other."""
    from rich.live import Live
    from rich.text import Text

    from shared.errors import Unavailable

    console = out()
    live = Live(console=console, auto_refresh=False, screen=True) if console.is_terminal and not as_json else None
    with live or contextlib.nullcontext():
        while True:
            found: dict[str, Any] | None = None
            away = ""
            try:
                found = await _read()
            except Unavailable as error:
                away = f"{error.what} is away: {error.reason}"
            if as_json:
                print(json.dumps(found or {"away": away}, ensure_ascii=False), flush=True)
            elif live:
                live.update(screen(found) if found else Text(away, "red"), refresh=True)
            else:
                display(screen(found) if found else Text(away))
                sys.stdout.flush()
            await asyncio.sleep(seconds)


async def _read() -> dict[str, Any]:
    import dataclasses
    from datetime import timedelta

    from console import funnel, health
    from console.engines import search
    from shared import clock
    from shared.kafka.admin import lag
    from shared.kafka.inspection import dead
    from shared.search import freshness
    from shared.search.ledger import Ledger
    from shared.search.reports import Reports
    from shared.search.sources import Sources

    where = health.addresses()
    async with search() as (client, settings):
        waiting, dead_letters, states, fresh, sources, services = await asyncio.gather(
            lag(settings),
            dead(settings),
            Ledger(client).counts(),
            freshness.read(client),
            Sources(client).all(),
            health.services(where),
        )
        reported = await Reports(client).count(clock.now(), timedelta(days=REPORTED_DAYS))
    seen = funnel.Funnel(states, {group: sum(topics.values()) for group, topics in waiting.items()})
    return {
        "at": clock.iso(clock.now()),
        "discovered": seen.discovered,
        "states": dict(states),
        "in_flight": seen.in_flight,
        "lag": waiting,
        "dead_letters": dead_letters,
        "freshness": dataclasses.asdict(fresh),
        "services": services,
        "sources": sources_summary(sources),
        "reports": reported,
    }


def sources_summary(sources: "Sequence[Source]") -> dict[str, Any]:
    """How many are how, and each that is not well, with why."""
    counts = {"new": 0, "ok": 0, "quiet": 0, "failing": 0, "blocked": 0, "paused": 0}
    for source in sources:
        counts[source.health if source.active else "paused"] += 1
    troubled = [
        {"source": source.name, "health": source.health, "why": source.verdict().why}
        for source in sources
        if source.active and source.health in TROUBLED
    ]
    return {**counts, "troubled": sorted(troubled, key=lambda one: (TROUBLED.index(one["health"]), one["source"]))}


def screen(found: dict[str, Any]) -> "RenderableType":
    """What `_read` found, to be read."""
    from rich.table import Table
    from rich.text import Text

    from console.health import READY

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_row(Text("at", "bold"), found["at"])
    states = [f"{state.replace('_', ' ')} {count}" for state, count in found["states"].items()]
    table.add_row(Text("articles", "bold"), f"discovered {found['discovered']}" + "".join(f", {one}" for one in states))
    waiting = {group: sum(topics.values()) for group, topics in found["lag"].items()}
    table.add_row(Text("waiting", "bold"), ", ".join(f"{name} {n}" for name, n in waiting.items() if n) or "nothing")
    dead = ", ".join(f"{name} {n}" for name, n in found["dead_letters"].items() if n)
    table.add_row(Text("dead letters", "bold"), Text(dead or "none", "yellow" if dead else ""))
    fresh = found["freshness"]
    table.add_row(Text("last article", "bold"), fresh["last_indexed_at"] or "none yet")
    table.add_row(
        Text("median way", "bold"),
        f"{duration(fresh['from_discovery_seconds'])} from discovery, {duration(fresh['from_publication_seconds'])} from "
        f"publication, of the last {fresh['articles']}",
    )
    if found["reports"]:
        words = f"{found['reports']} in {REPORTED_DAYS} days (`babelwire reports`)"
        table.add_row(Text("reports", "bold"), Text(words, "yellow"))
    for number, (name, word) in enumerate(found["services"].items()):
        table.add_row(Text("" if number else "services", "bold"), Text(f"{name}: {word}", "" if word == READY else "red"))
    if not found["services"]:
        table.add_row(Text("services", "bold"), "none known to run here (BABELWIRE_CONSOLE_SERVICES names others)")
    sources = found["sources"]
    counts = [f"{sources[name]} {name}" for name in ("ok", "new", *TROUBLED, "paused") if sources[name]]
    table.add_row(Text("sources", "bold"), ", ".join(counts) or "none; `babelwire sources import` adds some")
    for one in sources["troubled"][:TROUBLED_SHOWN]:
        words = f"{one['source']}: {one['health']}: {one['why']}"
        table.add_row("", Text(words, "yellow"))
    if len(sources["troubled"]) > TROUBLED_SHOWN:
        table.add_row("", f"and {len(sources['troubled']) - TROUBLED_SHOWN} more (--json has all)")
    return table


def duration(seconds: float | None) -> str:
    """In the unit that fits."""
    if seconds is None:
        return "unknown"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
