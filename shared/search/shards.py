"""Shards that OpenSearch has given up on, tried again.

It gives up after five attempts to start a shard, which a full disk uses up in a second, and then waits for somebody to ask
(OpenSearch, cluster reroute API, `retry_failed`). Nobody is there at night.
"""

from opensearchpy import AsyncOpenSearch

from shared.search.client import guarded
from shared.telemetry import logging

GIVEN_UP = "ALLOCATION_FAILED"


async def revive(client: AsyncOpenSearch) -> int:
    """Asks for another attempt where shards were given up on; how many. Raises Unavailable."""
    async with guarded():
        shards = await client.cat.shards(params={"format": "json", "h": "index,state,unassigned.reason"})
        failed = [one for one in shards if one["state"] == "UNASSIGNED" and one.get("unassigned.reason") == GIVEN_UP]
        if failed:
            logging.get("opensearch").warning("shards tried again", indices=sorted({one["index"] for one in failed})[:20])
            await client.cluster.reroute(params={"retry_failed": "true"})
    return len(failed)
