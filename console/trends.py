"""`babelwire trends …`: what trends, what is to be looked at, and what must never trend."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import Refused, display, tell

if TYPE_CHECKING:
    from shared.events import Trend
    from shared.search.trend_rules import Rule, Verdict

trends = typer.Typer(name="trends", no_args_is_help=True, help="Trends: list, review, block, unblock.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Terms = Annotated[list[str], typer.Argument(help="Terms; capitals and spaces make no difference.")]


@trends.command("list")
def list_(
    at: Annotated[str | None, typer.Option("--at", help="A past hour, such as 2026-03-01T14 (UTC).")] = None,
    blocked: Annotated[bool, typer.Option("--blocked", help="The block list instead.")] = False,
    as_json: Json = False,
) -> None:
    """Show what trends, or trended in a past hour, or what is blocked.

    Example: babelwire trends list --at 2026-03-01T14
    """
    if blocked:
        _show_rules([rule for rule in asyncio.run(_rules()) if rule.verdict == "blocked"], as_json)
    else:
        _show(asyncio.run(_trends(_hour(at) if at else None)), as_json, "nothing trends")


@trends.command()
def review(
    terms: Annotated[list[str] | None, typer.Argument(help="Terms to mark as looked at and fine.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help="How far to look back.")] = 7,
    as_json: Json = False,
) -> None:
    """Show what trended lately and nobody has judged yet, the strongest first; or mark terms as fine.

    Example: babelwire trends review "Black Friday"
    """
    if terms:
        asyncio.run(_say(terms, "fine"))
        tell(f"{len(terms)} marked as fine")
    else:
        _show(asyncio.run(_unjudged(days)), as_json, "nothing is to be reviewed")


@trends.command()
def block(terms: Terms) -> None:
    """Keep terms from trending, from the next computation on.

    Example: babelwire trends block "Sign In" Newsletter
    """
    asyncio.run(_say(terms, "blocked"))
    tell(f"{len(terms)} blocked")


@trends.command()
def unblock(terms: Terms) -> None:
    """Let terms trend again, from the next computation on.

    Example: babelwire trends unblock Newsletter
    """
    known = asyncio.run(_unblock(terms))
    tell(f"{known} unblocked")
    if known < len(terms):
        raise Refused(f"{len(terms) - known} of them had not been blocked")


def _hour(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise Refused(f"{said} is no time such as 2026-03-01T14") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _trends(at: datetime | None) -> "Sequence[Trend]":
    from console.engines import search
    from shared.search.trends import Trends

    async with search() as (client, _):
        board = await (Trends(client).past(at) if at else Trends(client).current())
        return board.trends if board else ()


async def _rules() -> "list[Rule]":
    from console.engines import search
    from shared.search.trend_rules import TermRules

    async with search() as (client, _):
        return await TermRules(client).all()


async def _unjudged(days: int) -> "list[Trend]":
    from console.engines import search
    from shared import clock
    from shared.search.trend_rules import TermRules, folded
    from shared.search.trends import Trends

    async with search() as (client, _):
        judged = {folded(rule.term) for rule in await TermRules(client).all()}
        found = await Trends(client).since(clock.now() - timedelta(days=days))
    return [trend for trend in found if folded(trend.term) not in judged]


async def _say(terms: Sequence[str], verdict: "Verdict") -> None:
    from console.engines import search
    from shared import clock
    from shared.search.trend_rules import TermRules

    async with search() as (client, _):
        await TermRules(client).say(terms, verdict, clock.now())


async def _unblock(terms: Sequence[str]) -> int:
    from shared.search.trend_rules import folded

    blocked = {folded(rule.term) for rule in await _rules() if rule.verdict == "blocked"}
    known = [term for term in terms if folded(term) in blocked]
    await _say(known, "fine")
    return len(known)


def _show(found: "Sequence[Trend]", as_json: bool, nothing: str) -> None:
    from rich.table import Table
    from rich.text import Text

    if as_json:
        for trend in found:
            print(trend.model_dump_json())
        return
    if not found:
        tell(nothing)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("term", "sources", "expected", "articles", "languages", "counted"):
        table.add_column(heading, overflow="fold")
    for trend in found:
        # Text, never markup: terms are anybody's words.
        numbers = (str(trend.sources), f"{trend.expected:.1f}", str(trend.articles))
        table.add_row(Text(trend.term), *numbers, Text(", ".join(trend.languages)), f"{trend.at:%Y-%m-%d %H:%M}")
    display(table)


def _show_rules(rules: "Sequence[Rule]", as_json: bool) -> None:
    from rich.text import Text

    if as_json:
        for rule in rules:
            print(rule.model_dump_json())
        return
    if not rules:
        tell("nothing is blocked")
    for rule in rules:
        display(Text(f"{rule.term}  since {rule.at:%Y-%m-%d %H:%M}"))
