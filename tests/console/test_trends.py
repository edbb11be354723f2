import asyncio
import json
from datetime import timedelta

import pytest

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.client import connect
from shared.search.trends import Board, Trends
from shared.settings import Settings
from tests.console.commands import babelwire
from tests.console.conftest import Wire

pytestmark = pytest.mark.engines
NOW = clock.now()


async def _put(settings: Settings) -> None:
    async with connect(settings) as client:
        for term, ago, score in (("[red]Mondego[/red]", 0, 9.0), ("Sign In", 0, 8.0), ("Coimbra", 30, 5.0)):
            at = NOW - timedelta(hours=ago)
            trend = Trend(
                trend_id=term, term=term, score=score, articles=7, sources=5, expected=0.1, languages=("pt",), at=at
            )
            await Trends(client).write(Board(at=at, trends=(trend,)))
        await client.indices.refresh(index=names.TRENDS)


def told(wire: Wire, *arguments: str) -> list[str]:
    shown = babelwire("trends", *arguments, "--json", env=wire.env)
    assert shown.exit_code == 0, shown.output
    return [json.loads(line)["term"] for line in shown.output.splitlines()]


def test_operators_see_past_hours_judge_what_trended_and_block_it(wire: Wire) -> None:
    asyncio.run(_put(wire.settings))
    assert told(wire, "list") == ["Coimbra"]
    assert told(wire, "list", "--at", f"{NOW:%Y-%m-%dT%H}") == ["Sign In"]
    assert told(wire, "review") == ["[red]Mondego[/red]", "Sign In", "Coimbra"]
    assert "[red]Mondego[/red]" in babelwire("trends", "review", env=wire.env).output
    assert babelwire("trends", "review", "Coimbra", env=wire.env).exit_code == 0
    assert babelwire("trends", "block", "SIGN  in", env=wire.env).exit_code == 0
    assert told(wire, "review") == ["[red]Mondego[/red]"]
    assert told(wire, "list", "--blocked") == ["SIGN  in"]
    assert babelwire("trends", "unblock", "Sign In", env=wire.env).exit_code == 0
    assert told(wire, "list", "--blocked") == []
    again = babelwire("trends", "unblock", "Sign In", env=wire.env)
    assert (again.exit_code, "1 of them had not been blocked" in again.output) == (1, True)
    assert babelwire("trends", "list", "--at", "yesterday", env=wire.env).exit_code == 1
