"""`make soak`: the native stack works through what a press that never stops publishes (press.py), MINUTES at RATE articles a
second, while somebody reads. The memory, file handles and threads of each program, the lag and the logs must stay flat, what
is stored must grow with the articles and no faster, and every article must be found in the end.

The figures are drawn in PLOT (an SVG file). The last line is a summary; exit status 0 only if all held.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from console.native.home import services_file
from console.native.ports import LOOPBACK
from console.native.services import SERVICES
from console.native.settings import NativeSettings
from console.source_lists import to_json
from shared.search import names
from tests.chaos.disturb import ENGINES, find
from tests.engines import engine_folder
from tests.integration.bench import free_port
from tests.soak.judging import Allowed, drawing, verdict
from tests.soak.press import LANGUAGES, Press

SAMPLE_SECONDS = 10.0
WORDS = ("harbour", "greve", "ferry", "council", "prix", "otters")
SETTLE_SECONDS = 120
MIB = 2**20
# A JVM takes its heap as it goes, up to what it is allowed; so its memory is told, not judged. Trends have the articles of
# a day in memory, and the neighbourhoods of 20,000: these few MiB are the articles' and not time's.
ALLOWED = {
    "MiB": Allowed(0.06, 8),
    "handles": Allowed(0.1, 8),
    "threads": Allowed(0.1, 3),
    "lag": Allowed(0.5, 60),
    "logs MiB": Allowed(0, 16),
    "bytes an article": Allowed(0.25, 0),
}
TRENDS_MIB_AN_ARTICLE = 0.02  # fmt: skip
Series = dict[str, list[float]]


async def main(minutes: float, rate: float, plot: Path) -> int:
    first = free_ports(len(LANGUAGES))
    press = Press(first, rate)
    with engine_folder() as home:
        listed = home / "sources.json"
        listed.write_text(to_json(outlet.source() for outlet in press.outlets.values()))
        serving = asyncio.create_task(press.serve())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "console.main", "up", "--sources", str(listed),
            env=environment(home, first), stdout=asyncio.subprocess.DEVNULL, stderr=(home / "up.log").open("wb"),
        )  # fmt: skip
        try:
            times, series, lost = await watch(process, home, press, minutes)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    plot.write_text(drawing([at - times[0] for at in times], series), encoding="utf-8")
    return judge(times, series, lost, rate)


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody has, as far as one can tell."""
    while True:
        first = free_port()
        taken = {each.laddr.port for each in psutil.net_connections("tcp") if each.laddr}
        if first + number < 65_536 and not taken & {*range(first, first + number)}:
            return first


def environment(home: Path, first_port: int) -> dict[str, str]:
    ports = {f"BABELWIRE_UP_{name}_PORT": "0" for name in ("KAFKA", "OPENSEARCH", "WEB", "METRICS", "NEWSROOM")}
    outlets = ",".join(f"{LOOPBACK}:{port}" for port in range(first_port, first_port + len(LANGUAGES)))
    return {"BABELWIRE_ENGINES_QUICK": "false"} | os.environ | ports | {
        "BABELWIRE_HOME": str(home),
        "BABELWIRE_ENGINES": str(NativeSettings().engines_folder),
        "BABELWIRE_FETCHER_ALLOW_PRIVATE": outlets,
        "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": "0",
    }  # fmt: skip


async def watch(
    process: asyncio.subprocess.Process, home: Path, press: Press, minutes: float
) -> tuple[list[float], Series, int]:
    """What was measured, when; and how many articles published by the end were not found when all had settled."""
    there = services_file(home)
    async with asyncio.timeout(300):
        while not there.exists():
            if process.returncode is not None:
                raise RuntimeError((home / "up.log").read_text(encoding="utf-8", errors="replace"))
            await asyncio.sleep(0.5)
    addresses: dict[str, str] = json.loads(there.read_text())
    times: list[float] = []
    series: Series = defaultdict(list)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        reading = asyncio.create_task(read(addresses["web"], client))
        began = time.monotonic()
        while time.monotonic() < began + 60 * minutes:
            sample = await measure(process.pid, home, addresses, client)
            times.append(time.monotonic())
            for name, value in sample.items():
                series[name].append(value)
            print(json.dumps({"minute": round((times[-1] - began) / 60, 2), **sample}), file=sys.stderr, flush=True)
            await asyncio.sleep(max(0.0, began + len(times) * SAMPLE_SECONDS - time.monotonic()))
        published, deadline = press.published(), time.monotonic() + SETTLE_SECONDS
        while (found := await articles(process.pid, client)) < published and time.monotonic() < deadline:
            await asyncio.sleep(1)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    return times, series, max(0, published - found)


async def read(web: str, client: httpx.AsyncClient) -> None:
    """A page a second, until cancelled: lists, searches, and the newest articles."""
    for number in itertools.count():
        with suppress(httpx.HTTPError):
            newest = (await client.get(f"{web}/feeds/all.json")).json()["items"][:5]
            paths = [urlsplit(item["url"]).path for item in newest]
            for path in ("/", f"/search?q={WORDS[number % len(WORDS)]}", "/trends", *paths):
                (await client.get(web + path)).raise_for_status()
                await asyncio.sleep(1)
        await asyncio.sleep(1)


async def measure(up: int, home: Path, addresses: dict[str, str], client: httpx.AsyncClient) -> dict[str, float]:
    """One measurement of everything. A program's children count as its own."""
    found: dict[str, float] = {}
    for name in (*SERVICES, *ENGINES):
        program = find(up, name)
        family = [program, *program.children(recursive=True)] if program else []
        kinds = {"MiB": 0.0, "handles": 0.0, "threads": 0.0}
        for one in family:
            with suppress(psutil.NoSuchProcess):
                kinds["MiB"] += one.memory_info().rss / MIB
                kinds["handles"] += one.num_fds()
                kinds["threads"] += one.num_threads()
        found |= {f"{name} {kind}": round(value, 1) for kind, value in kinds.items()}
    lags = await asyncio.gather(*(lag(address, client) for address in addresses.values()))
    indexed = await articles(up, client)
    stored = await asyncio.to_thread(size, home / "data")
    logs = await asyncio.to_thread(size, home / "logs")
    each = stored / indexed if indexed else 0.0
    return found | {"lag": sum(lags), "articles": indexed, "logs MiB": round(logs / MIB, 2), "bytes an article": round(each)}


async def lag(address: str, client: httpx.AsyncClient) -> float:
    """Messages behind the end, of one service."""
    families = text_string_to_metric_families((await client.get(f"{address}/metrics")).text)
    return sum(one.value for family in families if family.name == "babelwire_lag_messages" for one in family.samples)


async def articles(up: int, client: httpx.AsyncClient) -> int:
    """How many are in the index."""
    opensearch = find(up, "opensearch")
    if opensearch is None:
        return 0
    for port in sorted(each.laddr.port for each in opensearch.net_connections("tcp") if each.status == psutil.CONN_LISTEN):
        with suppress(httpx.HTTPError, KeyError, ValueError):
            return int((await client.get(f"http://{LOOPBACK}:{port}/{names.ARTICLES}/_count")).json()["count"])
    return 0


def size(folder: Path) -> int:
    """Bytes of the files in `folder` as they lie on the disk."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_blocks * 512
    return total


def judge(times: list[float], series: Series, lost: int, rate: float) -> int:
    """Prints what came of it; 0 if all held."""
    rising, told = [], {}
    for name, values in series.items():
        allowed = next((ALLOWED[kind] for kind in ALLOWED if name.endswith(kind)), None)
        if name == "trends MiB":
            allowed = Allowed(0.06, 8 + TRENDS_MIB_AN_ARTICLE * series["articles"][-1])
        if allowed is None:
            continue
        found = verdict(times, values, allowed)
        told[name] = [found.median, found.grew]
        if not found.flat and not (name.endswith("MiB") and name.removesuffix(" MiB") in ENGINES):
            rising.append(name)
    summary: dict[str, Any] = {"name": "soak", "minutes": round((times[-1] - times[0]) / 60, 1), "rate": rate}
    summary |= {"articles": series["articles"][-1], "lost": lost, "rising": rising, "median_and_growth": told}
    print(json.dumps(summary))
    return 1 if rising or lost else 0


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="soak", description=__doc__)
    arguments.add_argument("--minutes", type=float, default=40)
    arguments.add_argument("--rate", type=float, default=3, help="articles a second")
    arguments.add_argument("--plot", type=Path, default=Path("docs/soak.svg"))
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.minutes, given.rate, given.plot)))
