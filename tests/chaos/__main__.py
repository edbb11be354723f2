"""`make chaos SEED=n`: the native stack works through hundreds of real pages while its programs are killed and stopped, its
engines cut off and its disk is full (disturb.py).

At the end every URL is in one terminal state, documents and entries agree, nothing waits, and no one had to help. The last
line is a summary; exit status 0 only if all of that held.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from console.native.engine import opensearch_engine
from console.native.settings import NativeSettings
from shared.errors import State
from shared.search import names
from tests.chaos.disturb import Blow, blows, own_disk, strike
from tests.engines import engine_folder
from tests.integration.bench import free_port

REPLAY = Path(__file__).parents[3] / "shared" / "replay" / "replay.py"
MOST = 10_000  # documents, and URLs that became one: what one search gives
ACCEPTED = {
    "indexed",
    "duplicate",
    "not_article",
    "too_large",
    "gone",
    "too_old",
    "rights",
    "disallowed",
    "blocked",
    "failed",
}


async def main(seed: int, most: int, pause: float, sets: str, copies: int) -> int:
    if not REPLAY.exists():
        print(f"chaos: the saved pages are not here ({REPLAY.name})")
        return 2
    port = free_port()
    with engine_folder() as home, own_disk(home):
        faults = home / "faults.json"
        faults.write_text(json.dumps([{"match": "*", "fault": "duplicates", "copies": copies}] if copies else []))
        press = subprocess.Popen(
            [sys.executable, REPLAY, "serve", "--port", str(port), "--side", "dev", "--sets", sets, "--faults", faults],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return await trial(seed, most, pause, home, f"http://127.0.0.1:{port}")
        finally:
            press.terminate()
            press.wait()


async def trial(seed: int, most: int, pause: float, home: Path, proxy: str) -> int:
    """Works through what `proxy` serves; 0 if all held."""
    opml, urls = home / "replay.opml", 0
    async with httpx.AsyncClient(base_url=proxy, trust_env=False, timeout=60) as client:
        while not opml.exists():
            try:
                opml.write_bytes((await client.get("/opml")).content)
                urls = len((await client.get("/urls.txt")).text.split())
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    begin = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console.main", "up", "--sources", str(opml), "--once", "--json",
        env=environment(home, proxy), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    working = asyncio.Event()
    said = asyncio.create_task(follow(process, working))
    await asyncio.wait({asyncio.create_task(working.wait()), said}, return_when=asyncio.FIRST_COMPLETED)
    dealt = await disturb(process, home, seed, most, pause)
    assert process.stdout is not None
    output = (await process.stdout.read()).decode()
    await process.wait()
    last = await said
    summary = json.loads(output.splitlines()[-1]) if output.strip() else {}
    seconds = time.monotonic() - begin
    return judge(summary, process.returncode, urls, await asyncio.to_thread(documents, home), seed, dealt, seconds, last)


def documents(home: Path) -> dict[str, bool]:
    """What lies in the index of the stopped stack: what it has of documents, and that is true of them all."""
    engine = opensearch_engine(NativeSettings(), home / "data" / "opensearch")
    try:
        engine.start()
        with httpx.Client(base_url=engine.address, trust_env=False, timeout=60) as client:
            told = {"size": MOST, "_source": ["url_id", "canonical_url"], "query": {"exists": {"field": "content_hash"}}}
            there = [hit["_source"] for hit in _hits(client, names.ARTICLES, told)]
            ended = {"size": MOST, "_source": False, "query": {"term": {"state": State.INDEXED}}}
            indexed = {hit["_id"] for hit in _hits(client, names.LEDGER_URLS, ended)}
    finally:
        engine.stop()
    return {
        "documents are what the ledger says": sorted(one["url_id"] for one in there) == sorted(indexed),
        "no page is there twice": len({one["canonical_url"] for one in there}) == len(there),
    }


def _hits(client: httpx.Client, index: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(f"/{index}/_search", json=body)
    hits: list[dict[str, Any]] = answer.raise_for_status().json()["hits"]["hits"]
    return hits


async def disturb(process: asyncio.subprocess.Process, home: Path, seed: int, most: int, pause: float) -> list[Blow]:
    """Deals up to `most` blows while `up` runs."""
    dealt: list[Blow] = []
    for blow in blows(seed, pause):
        if len(dealt) >= most or process.returncode is not None:
            return dealt
        await asyncio.sleep(blow.after)
        if process.returncode is None and await strike(blow, process.pid, home):
            print(f"  {blow}", flush=True)
            dealt.append(blow)
    return dealt


def judge(
    summary: dict[str, Any],
    status: int | None,
    urls: int,
    documents: dict[str, bool],
    seed: int,
    dealt: list[Blow],
    seconds: float,
    last: list[str],
) -> int:
    """Prints what came of it; 0 if all held."""
    states = summary.get("states", {})
    held = {
        "exit status": status == 0,
        "nothing lost": summary.get("lost") == 0,
        "nothing under way": summary.get("in_flight") == 0,
        "all discovered": summary.get("discovered") == urls,
        "each in one terminal state": sum(states.values()) == urls and set(states) <= ACCEPTED,
        **documents,
    }
    if not all(held.values()):
        print("\n".join(last[-40:]))
    told = {"name": "chaos", "seed": seed, "blows": len(dealt), "urls": urls, "states": states, "lost": summary.get("lost")}
    print(json.dumps(told | {"failed": [name for name, well in held.items() if not well], "seconds": round(seconds, 1)}))
    return 0 if all(held.values()) else 1


async def follow(process: asyncio.subprocess.Process, working: asyncio.Event) -> list[str]:
    """What `up` says; `working` is set once it has started everything."""
    lines: list[str] = []
    assert process.stderr is not None
    async for line in process.stderr:
        lines.append(line.decode().rstrip())
        if "read at http" in lines[-1]:
            working.set()
        if os.isatty(1):
            print(lines[-1])
    return lines


def environment(home: Path, proxy: str) -> dict[str, str]:
    ports = {f"BABELWIRE_UP_{name}_PORT": "0" for name in ("KAFKA", "OPENSEARCH", "WEB", "METRICS", "NEWSROOM")}
    return os.environ | ports | {
        "BABELWIRE_HOME": str(home),
        "BABELWIRE_ENGINES": str(NativeSettings().engines_folder),
        "BABELWIRE_FETCHER_PROXY": proxy,
        "BABELWIRE_FETCHER_MAX_AGE_DAYS": "0",
        "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": "0",
        "BABELWIRE_RETRY_SCALE": "0.01",
        "BABELWIRE_EXTRACTOR_IGNORE_RESERVATIONS": "true",
    }  # fmt: skip


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="chaos", description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--blows", type=int, default=20)
    arguments.add_argument("--pause", type=float, default=4.0, help="seconds between two blows, about")
    arguments.add_argument("--sets", default="fundus", help="which saved pages, as the replay proxy names them")
    arguments.add_argument("--copies", type=int, default=0, help="so many more URLs for each page, which name it as theirs")
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.seed, given.blows, given.pause, given.sets, given.copies)))
