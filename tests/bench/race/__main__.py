"""`make race`: news crawlers on one mirror of real pages, one after another, on the same cores.

Three legs: `open`, without delays; `polite`, a second between two requests to one host; `faults`, a press on a bad day.
Each run of an entrant is kept as a file in the cache's folder `runs`; a run that is there is not made again (`--anew`
does). The folder ../shared is needed; nothing beyond loopback is fetched but the entrants' packages.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from console.native.engine import Engine
from shared.kafka.admin import apply_topics
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests import engines
from tests.bench.race import mirror, scoring, venvs, watching
from tests.integration.politeness import REPLAY

# name: (sets, delay in seconds, faults)
LEGS: dict[str, tuple[str, float, list[dict[str, Any]]]] = {
    "open": (mirror.SETS, 0.0, []),
    "polite": ("fundus", 1.0, []),
    "faults": ("fundus", 0.0, mirror.FAULTS),
}
MOST_SECONDS = 420
LEAST_OF_NEWS_PLEASE = 3.0
FIGURES = ("articles", "f1_all", "titles", "cpu", "seconds", "peak_mib")
RETRY_SCALE = 0.01  # of our pauses before another try, 30 s to an hour, which nobody would wait out in the leg of faults


@contextlib.contextmanager
def ready_engines() -> Iterator[tuple[Engine, Engine]]:
    """Kafka and OpenSearch with topics and indices, warm and empty; they are not the race's, but their share is stated."""
    with engines.running_kafka() as kafka, engines.running_opensearch() as opensearch:

        async def prepare() -> None:
            settings = Settings(kafka_bootstrap=kafka.address, opensearch_url=opensearch.address)
            await apply_topics(settings)
            client = connect(settings)
            await apply(client, settings)
            await client.close()

        asyncio.run(prepare())
        yield kafka, opensearch


def spent(running: tuple[Engine, ...]) -> float:
    """Processor seconds of the engines until now."""
    return sum(sum(psutil.Process(engine.pid).cpu_times()[:2]) for engine in running)


def run(entrant: venvs.Entrant, leg: str, number: int, runs: Path) -> dict[str, Any]:
    """One run, scored; its files are named after it."""
    sets, delay, faults = LEGS[leg]
    stem = runs / f"{leg}-{entrant.program}-{number}"
    out = stem.with_suffix(".jsonl")
    out.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        press = stack.enter_context(mirror.mirror(faults, sets))
        truth, sources = press.truth(), press.sources()
        task = {"sources": sources, "delay": delay, "out": str(out), "seconds": MOST_SECONDS, "retry_scale": RETRY_SCALE}
        stem.with_suffix(".task").write_text(json.dumps(task))
        environment = os.environ | {"http_proxy": press.address, "HTTP_PROXY": press.address, "no_proxy": "127.0.0.1"}
        environment = {**environment, "OPENBLAS_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1"}
        running: tuple[Engine, ...] = ()
        if not entrant.packages:
            running = stack.enter_context(ready_engines())
            environment["BABELWIRE_KAFKA_BOOTSTRAP"] = running[0].address
            environment["BABELWIRE_OPENSEARCH_URL"] = running[1].address
        before = spent(running)
        log = stem.with_suffix(".log")
        log.write_bytes(b"")
        cost = watching.watched([*entrant.command, str(stem.with_suffix(".task"))], environment, log, MOST_SECONDS)
        engines_cpu = spent(running) - before
        hosts = {source["home"].split("/")[2] for source in sources}
        seen = scoring.manners(press.stats(), hosts)
    found = scoring.brought(out.read_text(encoding="utf-8").splitlines() if out.exists() else [])
    wanted = [one for one in truth if not (faults and one["url"].split("/")[2].startswith(mirror.LOST))]
    told = {"leg": leg, "entrant": entrant.name, "round": number, "hosts": len(hosts), "pages": len(wanted)}
    found_score = scoring.score(wanted, found)
    result = {**told, **asdict(cost), **found_score, "manners": seen, "engines_cpu": round(engines_cpu, 1)}
    ends = stem.with_suffix(".ends")
    if not entrant.packages and ends.exists():
        # It ends when all are accounted for and quiet; the last article came earlier.
        result["whole_seconds"] = cost.seconds
        result.update(json.loads(ends.read_text()))
    result["pages_per_cpu_second"] = round(found_score["articles"] / cost.cpu, 3) if cost.cpu else 0.0
    stem.with_suffix(".json").write_text(json.dumps(result, indent=1))
    return result


def shown(result: dict[str, Any]) -> str:
    manners = result["manners"]
    return (
        f"{result['leg']:7} {result['entrant']:21} {result['ended']:8} {result['seconds']:6.1f} s "
        f"{result['cpu']:6.1f} cpu s "
        f"{result['peak_mib']:6.0f} MiB {result['articles']:4.0f}/{result['pages']} F1 {result['f1_found']:.3f} "
        f"(all {result['f1_all']:.3f}) titles {result['titles']:.3f} {result['pages_per_cpu_second']:6.2f} pages/cpu s "
        f"{manners['per_host']} requests/host, {manners['most_at_a_time']} at a time, least gap {manners['least_gap_ms']} ms"
    )


def median(results: list[dict[str, Any]], leg: str, entrant: str, figure: str) -> float | None:
    values = [one[figure] for one in results if one["leg"] == leg and one["entrant"] == entrant]
    return round(statistics.median(values), 3) if values else None


def main() -> int:
    asked = argparse.ArgumentParser(prog="race", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--legs", default=",".join(LEGS))
    asked.add_argument("--only", default="", help="programs, separated by commas")
    asked.add_argument("--anew", action="store_true")
    options = asked.parse_args()
    if not REPLAY.exists():
        print(json.dumps({"name": "race", "skipped": "../shared/replay is not here"}))
        return 0
    runs = venvs.CACHE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    only = set(filter(None, options.only.split(",")))
    results, missing = [], {}
    for number in range(1, options.rounds + 1):
        for leg in options.legs.split(","):
            for entrant in venvs.FIELD:
                if only and entrant.program not in only:
                    continue
                if reason := venvs.made(entrant):
                    missing[entrant.name] = reason
                    continue
                kept = runs / f"{leg}-{entrant.program}-{number}.json"
                again = options.anew or not kept.exists()
                results.append(run(entrant, leg, number, runs) if again else json.loads(kept.read_text()))
                print(shown(results[-1]), flush=True)
    ours = median(results, "open", "babelwire", "pages_per_cpu_second")
    theirs = median(results, "open", "news-please, library", "pages_per_cpu_second")
    ratio = round(ours / theirs, 2) if ours and theirs else None
    table = {
        leg: {
            entrant.name: {one: median(results, leg, entrant.name, one) for one in FIGURES} for entrant in venvs.FIELD
        }
        for leg in options.legs.split(",")
    }  # fmt: skip
    print(
        json.dumps(
            {
                "name": "race", "value": ours, "unit": "articles per CPU second, delays off", "floor": theirs,
                "ratio": ratio,
                "least_ratio": LEAST_OF_NEWS_PLEASE, "legs": table, "missing": missing,
            }
        )
    )  # fmt: skip
    return int(ratio is not None and ratio < LEAST_OF_NEWS_PLEASE)


if __name__ == "__main__":
    sys.exit(main())
