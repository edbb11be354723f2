"""Articles are let go by whole months: to drop an index costs nothing, to delete documents one by one costs a search engine
more than to write them."""

from collections.abc import AsyncIterator
from datetime import datetime

from opensearchpy import AsyncOpenSearch, TransportError

from shared.errors import Transient
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


async def drop_months(client: AsyncOpenSearch, now: datetime, keep: int) -> AsyncIterator[Month]:
    """Deletes the articles of the months that are past, and yields each when it is gone. Their URLs stay in the ledger, so
    nothing is fetched again. Raises Unavailable; Transient where OpenSearch does not let go of one just now, as of what it
    is copying into a snapshot."""
    for month in past(await months(client), now, keep) if keep != NEVER else ():
        try:
            async with guarded():
                await client.indices.delete(index=month.index, params={"ignore_unavailable": "true"})
        except TransportError as error:
            raise Transient(f"{month.name} is not dropped: {error}"[:300]) from error
        yield month
