"""Articles are let go by whole months: to drop an index costs nothing, to delete documents one by one costs a search engine
more than to write them."""

from datetime import datetime

from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.client import guarded
from shared.search.reindexing import Month, months

NEVER = 0


def past(there: list[Month], now: datetime, keep: int) -> list[Month]:
    """The months of `there` that lie more than `keep` months before that of `now`; none where `keep` is NEVER.

    A month that is being built anew stays until that is done: whoever builds it counts on both of its indices.
    """
    if keep == NEVER:
        return []
    year, month = divmod(now.year * 12 + now.month - 1 - keep, 12)
    oldest = names.month_index(now.replace(year=year, month=month + 1, day=1)) if year > 0 else ""
    return [one for one in there if one.name < oldest and one.begun is None]


async def drop_months(client: AsyncOpenSearch, now: datetime, keep: int) -> list[Month]:
    """Deletes the articles of the months that are past, and returns these. Their URLs stay in the ledger, so nothing is
    fetched again. Raises Unavailable."""
    gone = past(await months(client), now, keep) if keep != NEVER else []
    for month in gone:
        async with guarded():
            await client.indices.delete(index=month.index, params={"ignore_unavailable": "true"})
    return gone
