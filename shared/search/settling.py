"""Months that are over are laid together. A search asks each segment of each month for each of its words, and a month in
which nothing much comes any more has twenty segments for no one's good."""

from datetime import datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.client import guarded
from shared.search.reindexing import Month, months

STILL_COMING = timedelta(days=3)  # after a month's end what was found in it may still be written
SEGMENT_BYTES = 5 * 2**30  # OpenSearch itself makes none larger (index.merge.policy.max_merged_segment)
LOOSE = 8  # segments beyond those needed, of corrections and translations that came late, are no reason yet


async def settle_month(client: AsyncOpenSearch, now: datetime) -> Month | None:
    """Has OpenSearch lay the segments of one month together, the newest that needs it; returns which, or None where none
    does or one is still at it. Does not wait for it. Raises Unavailable.

    A month that is being built anew is left until that is done.
    """
    over = names.month_index(now - STILL_COMING)
    there = [one for one in await months(client) if one.name < over and one.begun is None]
    if not there:
        return None
    async with guarded():
        told = await client.indices.stats(index=",".join(one.index for one in there), metric="segments,merge,store")
    stats = {index: one["primaries"] for index, one in told["indices"].items()}
    if any(one["merges"]["current"] for one in stats.values()):
        return None
    for month in there:
        needed = _needed(stats[month.index])
        if stats[month.index]["segments"]["count"] > needed + LOOSE:
            # Not waited for: it may take hours, and goes on whoever asked for it.
            params = {"max_num_segments": needed, "wait_for_completion": "false"}
            async with guarded():
                await client.indices.forcemerge(index=month.index, params=params)
            return month
    return None


def _needed(stats: dict[str, Any]) -> int:
    """The segments that the month's documents need."""
    return int(-(-stats["store"]["size_in_bytes"] // SEGMENT_BYTES)) or 1
