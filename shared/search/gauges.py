"""OpenSearch as its own figures tell, in metrics. One rhythm of the scheduler asks; no exporter runs beside the cluster."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from opensearchpy import AsyncOpenSearch, TransportError

from shared import clock
from shared.errors import Transient
from shared.search import names
from shared.search.client import guarded
from shared.telemetry import metrics

STATUS = {"green": 0, "yellow": 1, "red": 2}
SHARDS = {
    "active": "active_shards",
    "unassigned": "unassigned_shards",
    "initializing": "initializing_shards",
    "relocating": "relocating_shards",
}
POOLS = ("write", "search", "get")
OF_A_NODE = (
    metrics.SEARCH_DISK, metrics.SEARCH_DISK_FREE, metrics.SEARCH_HEAP, metrics.SEARCH_REJECTED, metrics.SEARCH_SPENT,
    metrics.SEARCH_DONE, metrics.SEARCH_CLOCK,
)  # fmt: skip


async def measure(client: AsyncOpenSearch) -> None:
    """Sets the gauges of the cluster, its nodes and our indices. Raises Unavailable; Transient for an answer that makes no
    sense, for figures are no reason to end."""
    try:
        await _measure(client)
    except (TransportError, LookupError, TypeError) as error:
        raise Transient(f"opensearch's figures: {type(error).__name__}: {error}"[:300]) from error


async def _measure(client: AsyncOpenSearch) -> None:
    before = clock.now().timestamp()
    async with guarded():
        health = await client.cluster.health()
        nodes = (await client.nodes.stats(metric="fs,jvm,thread_pool,indices"))["nodes"]
        indices = (await client.indices.stats(index="_all", metric="docs,store"))["indices"]
    after = clock.now().timestamp()
    metrics.SEARCH_STATUS.set(STATUS[health["status"]])
    metrics.SEARCH_NODES.set(health["number_of_nodes"])
    for state, field in SHARDS.items():
        metrics.SEARCH_SHARDS.labels(state).set(health[field])
    for gauge in OF_A_NODE:
        gauge.clear()  # of nodes that are no more
    for node in nodes.values():
        _node(node, before, after)
    _indices(indices)


def _node(node: Mapping[str, Any], before: float, after: float) -> None:
    name = node["name"]
    disk, indices, stamp = node["fs"]["total"], node["indices"], node["timestamp"] / 1000
    metrics.SEARCH_DISK.labels(name).set(disk["total_in_bytes"])
    metrics.SEARCH_DISK_FREE.labels(name).set(disk["available_in_bytes"])
    metrics.SEARCH_HEAP.labels(name).set(node["jvm"]["mem"]["heap_used_percent"] / 100)
    for pool in POOLS:
        metrics.SEARCH_REJECTED.labels(name, pool).set(node["thread_pool"].get(pool, {}).get("rejected", 0))
    times = {
        "index": (indices["indexing"]["index_time_in_millis"], indices["indexing"]["index_total"]),
        "search": (indices["search"]["query_time_in_millis"], indices["search"]["query_total"]),
        "get": (indices["get"]["time_in_millis"], indices["get"]["total"]),
        "merge": (indices["merges"]["total_time_in_millis"], indices["merges"]["total"]),
    }
    for operation, (millis, number) in times.items():
        metrics.SEARCH_SPENT.labels(name, operation).set(millis / 1000)
        metrics.SEARCH_DONE.labels(name, operation).set(number)
    # Ahead of us or behind, by no more than the request took.
    metrics.SEARCH_CLOCK.labels(name).set(max(before - stamp, stamp - after, 0.0))


def _indices(indices: Mapping[str, Any]) -> None:
    documents: dict[str, int] = defaultdict(int)
    size: dict[str, int] = defaultdict(int)
    for index, stats in indices.items():
        kind = kind_of(index)
        documents[kind] += stats["primaries"]["docs"]["count"]
        size[kind] += stats["total"]["store"]["size_in_bytes"]
    for gauge, found in ((metrics.SEARCH_DOCUMENTS, documents), (metrics.SEARCH_BYTES, size)):
        gauge.clear()
        for kind, number in found.items():
            gauge.labels(kind).set(number)


def kind_of(index: str) -> str:
    """The kind of an index, its version and month left out: one of a fixed few, or `other`."""
    kinds = {names.ARTICLES, *(name.partition("-v")[0] for name in names.FIXED)}
    return max((kind for kind in kinds if index == kind or index.startswith(f"{kind}-v")), key=len, default="other")
