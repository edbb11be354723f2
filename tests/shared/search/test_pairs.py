from datetime import UTC, datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared.search import names
from shared.search.pairs import LAPSED, Pairs

pytestmark = pytest.mark.engines
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_a_pair_stands_since_it_was_first_named_until_nobody_names_it(client: AsyncOpenSearch) -> None:
    pairs = Pairs(client)

    async def since(now: datetime) -> dict[str, datetime]:
        await client.indices.refresh(index=names.PAIRS)
        return await pairs.since(now)

    assert await since(NOON) == {}
    await pairs.announce({"pt": "firefox 1", "fr": "firefox 2"}, NOON)
    later = NOON + LAPSED
    await pairs.announce({"pt": "firefox 1"}, later)
    assert await since(later) == {"pt": NOON, "fr": NOON}
    assert await since(later + timedelta(seconds=1)) == {"pt": NOON}

    await pairs.announce({"pt": "firefox 3"}, later)
    assert await since(later) == {"pt": later, "fr": NOON}

    back = NOON + HOUR
    await pairs.announce({"fr": "firefox 2"}, back)
    assert await since(back) == {"fr": back}
