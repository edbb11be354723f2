import asyncio
import json

import pytest

from shared import clock
from shared.search.client import connect
from shared.search.reports import Report, Reports
from shared.settings import Settings
from tests.console.commands import babelwire
from tests.console.conftest import Wire

pytestmark = pytest.mark.engines


async def _report(settings: Settings) -> None:
    async with connect(settings) as client:
        report = Report(
            article_id="a" * 32, url="https://diario.test/a", title="[red]A[/red]", language="pt", complaint="names",
            words="[bold]x[/bold]", at=clock.now(),
        )  # fmt: skip
        await Reports(client).add(report)
        await client.indices.refresh(index="reports-v1")


def test_operators_see_what_readers_report(wire: Wire) -> None:
    asyncio.run(_report(wire.settings))
    shown = babelwire("reports", env=wire.env)
    assert shown.exit_code == 0
    assert "A name or a number is wrong. [bold]x[/bold]" in " ".join(shown.output.split())
    assert json.loads(babelwire("reports", "--json", env=wire.env).output)["complaint"] == "names"
    assert json.loads(babelwire("status", "--json", env=wire.env).output)["reports"] == 1
