"""A real Prometheus that scrapes running services, with our rules, and what the dashboards' queries find in it."""

import asyncio
import json
import math
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from console.grafana.boards import BOARDS
from console.native.ports import free
from tests.deploy.files import ROOT
from tests.deploy.test_alerts import alerts

PROGRAM = shutil.which("prometheus")
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
START_SECONDS = 30
# What Grafana puts in their places: "All", and a step that has some scrapes in it.
GIVEN = {r"\$__rate_interval": "1m", r"\$[a-z]+": ".*"}


class Prometheus:
    """`address` is where it answers."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=20, trust_env=False)

    async def ready(self) -> bool:
        try:
            return (await self._client.get("/-/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query. Raises AssertionError where Prometheus refuses it."""
        answer = (await self._client.get("/api/v1/query", params={"query": expression})).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        return list(answer["data"]["result"])

    async def rules(self) -> list[dict[str, Any]]:
        """Our rules, with how they fare."""
        groups = (await self._client.get("/api/v1/rules")).json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    async def close(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def prometheus(folder: Path, services: Mapping[str, str]) -> AsyncIterator[Prometheus]:
    """One that scrapes `services` (name to address) each second, with its data in `folder`."""
    assert PROGRAM
    folder.mkdir(parents=True, exist_ok=True)
    targets = [
        {"targets": [url.removeprefix("http://")], "labels": {"service": name, "job": "babelwire"}}
        for name, url in services.items()
    ]
    rules = yaml.safe_load(RULES.read_text())
    configuration = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [{"job_name": "babelwire", "static_configs": targets}],
    }
    (folder / "alerts.yml").write_text(json.dumps(rules))
    (folder / "prometheus.yml").write_text(json.dumps(configuration))
    [port] = free()
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}",
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    found = Prometheus(f"http://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await found.ready():
                assert process.returncode is None, (folder / "prometheus.log").read_text()
                await asyncio.sleep(0.1)
        yield found
    finally:
        await found.close()
        if process.returncode is None:
            process.terminate()
            await process.wait()


def queries() -> dict[str, str]:
    """Every query of every dashboard, as Grafana would send it, by board and panel."""
    found = {}
    for board in BOARDS:
        for panel in board.panels:
            for number, (query, _) in enumerate(panel.queries, start=1):
                for pattern, value in GIVEN.items():
                    query = re.sub(pattern, value, query)
                found[f"{board.name} / {panel.title} / {number}"] = query
    return found


async def empty(found: Prometheus, asked: Mapping[str, str]) -> dict[str, str]:
    """Those of `asked` that find nothing, or only what is no number. Raises AssertionError for one that is refused."""
    return {
        name: query
        for name, query in asked.items()
        if not any(math.isfinite(float(one["value"][1])) for one in await found.query(query))
    }


async def unwell_rules(found: Prometheus) -> list[str]:
    """Alerts and recording rules that are not evaluated, with why."""
    rules = await found.rules()
    expected = {alert["alert"] for alert in alerts()}
    assert {rule["name"] for rule in rules if rule["type"] == "alerting"} == expected
    for alert in alerts():
        await found.query(alert["expr"])
    return [f"{rule['name']}: {rule.get('lastError')}" for rule in rules if rule["health"] != "ok"]
