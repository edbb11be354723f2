"""What `babelwire doctor` looks at. Each check tells what it found and, where that is not well, how to repair it."""

import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException

from console.models import translator_settings
from console.native.settings import NativeSettings, UpSettings
from services.fetcher.settings import FetcherSettings
from services.translator.models import available
from shared import clock
from shared.errors import Unavailable
from shared.kafka.admin import lag
from shared.kafka.inspection import dead, inspect
from shared.search import names
from shared.search.client import guarded
from shared.search.templates import MAPPINGS, template
from shared.settings import Settings, load

OLDEST_OPENSEARCH = 3
MOST_WAITING = 1_000  # messages of one group; a busy hour of some hundred sources stays below
LEAST_FREE_SHARE = 0.1  # of the disk of an OpenSearch node; it stops writing at 5 %
LEAST_FREE_BYTES = 1 << 30
MOST_SECONDS_APART = 5.0
FAULTS_SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """`repair` is empty where all is well. `note` marks what is no fault and still to be known."""

    name: str
    found: str
    repair: str = ""
    note: bool = False

    @property
    def well(self) -> bool:
        return not self.repair or self.note


Check = Callable[[Settings, AsyncOpenSearch], Awaitable[Finding]]


async def kafka(settings: Settings, client: AsyncOpenSearch) -> Finding:
    name = "Kafka"
    seen = await inspect(settings)
    found = f"{'4 or later' if seen.kafka_4 else 'older than 4'}, {seen.brokers} broker(s) at {settings.kafka_bootstrap}"
    return Finding(name, found, "" if seen.kafka_4 else "run Kafka 4, the version that everything is tried on")


async def topics(settings: Settings, client: AsyncOpenSearch) -> Finding:
    faults = (await inspect(settings)).faults
    return Finding("topics", _some(faults) or "as shared/topics.py has them", "babelwire topics apply" if faults else "")


async def waiting(settings: Settings, client: AsyncOpenSearch) -> Finding:
    behind = {group: sum(topics.values()) for group, topics in (await lag(settings)).items()}
    late = [f"{group} is {count} messages behind" for group, count in behind.items() if count > MOST_WAITING]
    repair = "see that the service runs (babelwire status) and what its log says; run more of it" if late else ""
    return Finding("lag", _some(late) or f"{sum(behind.values())} messages wait", repair)


async def dead_letters(settings: Settings, client: AsyncOpenSearch) -> Finding:
    counts = {consumer: count for consumer, count in (await dead(settings)).items() if count}
    found = ", ".join(f"{count} of {consumer}" for consumer, count in counts.items())
    repair = "babelwire dlq list tells why; once that is mended, babelwire dlq replay" if counts else ""
    return Finding("dead letters", found or "none", repair, note=True)


async def opensearch(settings: Settings, client: AsyncOpenSearch) -> Finding:
    async with guarded():
        version = str((await client.info())["version"]["number"])
        health = (await client.cluster.health())["status"]
        plugins = {entry["component"] for entry in await client.cat.plugins(format="json")}
    found = f"{version}, {health}, at {settings.opensearch_url}"
    if int(version.partition(".")[0]) < OLDEST_OPENSEARCH:
        return Finding("OpenSearch", found, f"run OpenSearch {OLDEST_OPENSEARCH} or later")
    if "opensearch-knn" not in plugins:
        return Finding("OpenSearch", f"{found}, without k-NN", "install the plugin opensearch-knn on every node")
    repair = "shards are missing: GET _cluster/allocation/explain says why" if health == "red" else ""
    return Finding("OpenSearch", found, repair)


async def templates(settings: Settings, client: AsyncOpenSearch) -> Finding:
    async with guarded():
        there = await client.indices.get_index_template(name="babelwire-*", ignore=[404])
        indices = [name for name in (*names.FIXED, names.ARTICLES) if not await client.indices.exists(index=name)]
    metas = {entry["name"]: entry["index_template"].get("_meta") for entry in there.get("index_templates", ())}
    wanted = {f"babelwire-{name}": template(mapping, settings)["_meta"] for name, mapping in MAPPINGS.items()}
    faults = [
        f"template {name} is {'another' if name in metas else 'missing'}"
        for name in wanted
        if metas.get(name) != wanted[name]
    ]
    faults += [f"index {name} is missing" for name in indices]
    repair = "python -m console.setup, or restart babelwire up: both put them in force" if faults else ""
    return Finding("templates", _some(faults) or f"{len(wanted)} templates and their indices are there", repair)


async def search_disk(settings: Settings, client: AsyncOpenSearch) -> Finding:
    stats = await _node_stats(client, "fs")
    totals = [node["fs"]["total"] for node in stats.values()]
    free = min((total["available_in_bytes"] for total in totals), default=0)
    tight = [
        total for total in totals
        if total["available_in_bytes"] < min(LEAST_FREE_BYTES, total["total_in_bytes"] * LEAST_FREE_SHARE)
    ]  # fmt: skip
    repair = "make room on the nodes' disks, or add a node: OpenSearch stops writing when they are full" if tight else ""
    return Finding("OpenSearch's disk", f"{free >> 20} MiB free on the fullest node", repair)


async def home_disk(settings: Settings, client: AsyncOpenSearch) -> Finding:
    folder, least = load(NativeSettings).home, load(UpSettings).free_mb
    place = next(part for part in (folder, *folder.parents) if part.exists())
    free = shutil.disk_usage(place).free >> 20
    repair = f"make room on the disk of {place}, or set BABELWIRE_HOME elsewhere" if free < least else ""
    return Finding("disk", f"{free} MiB free for {folder}", repair)


async def models(settings: Settings, client: AsyncOpenSearch) -> Finding:
    folder = translator_settings().models
    tongues = sorted({model.src for model in available(folder) if model.trg == "en"})
    repair = "" if tongues else "make setup brings the bundled model; BABELWIRE_TRANSLATOR_MODELS names a folder of others"
    return Finding("models", f"from {', '.join(tongues)} to English" if tongues else "none", repair)


async def times(settings: Settings, client: AsyncOpenSearch) -> Finding:
    before = clock.now().timestamp()
    stats = await _node_stats(client, "fs")
    after = clock.now().timestamp()
    stamps = [node["timestamp"] / 1000 for node in stats.values()]
    apart = max((max(before - stamp, stamp - after, 0.0) for stamp in stamps), default=0.0)
    repair = "set the clocks of this machine and of OpenSearch's by NTP" if apart > MOST_SECONDS_APART else ""
    return Finding("clock", f"{apart:.1f} s from OpenSearch's", repair)


async def contact(settings: Settings, client: AsyncOpenSearch) -> Finding:
    own = load(FetcherSettings)
    if own.contact or own.proxy:
        return Finding("contact", own.contact or "none; an egress proxy is set")
    return Finding("contact", "none: nothing beyond this machine is fetched", "set BABELWIRE_FETCHER_CONTACT", note=True)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("Kafka", kafka), ("topics", topics), ("lag", waiting), ("dead letters", dead_letters), ("OpenSearch", opensearch),
    ("templates", templates), ("OpenSearch's disk", search_disk), ("disk", home_disk), ("models", models), ("clock", times),
    ("contact", contact),
)  # fmt: skip

ENGINES: Mapping[str, tuple[str, str]] = {
    "kafka": ("Kafka", "start it (babelwire up, or docker compose up), or set BABELWIRE_KAFKA_BOOTSTRAP"),
    "opensearch": ("OpenSearch", "start it (babelwire up, or docker compose up), or set BABELWIRE_OPENSEARCH_URL"),
}


async def run(name: str, check: Check, settings: Settings, client: AsyncOpenSearch) -> Finding:
    """The check's finding; what keeps it from finding anything is a finding too."""
    try:
        return await check(settings, client)
    except Unavailable as error:
        engine, repair = ENGINES[error.what]
        if name == engine:
            return Finding(name, error.reason, repair)
        return Finding(name, "not checked", f"mend {engine} first")
    except (OpenSearchException, OSError, KeyError, ValueError) as error:
        return Finding(name, f"cannot be checked: {type(error).__name__}: {error}"[:200], "see what answers at that address")


async def _node_stats(client: AsyncOpenSearch, metric: str) -> dict[str, Any]:
    async with guarded():
        return dict((await client.nodes.stats(metric=metric))["nodes"])


def _some(faults: "tuple[str, ...] | list[str]") -> str:
    more = f" and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
    return "; ".join(faults[:FAULTS_SHOWN]) + more
