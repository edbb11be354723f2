"""A cluster that gave up on shards, as its API tells it and is asked."""

import json

import pytest

from shared.search.client import connect
from shared.search.shards import revive
from shared.settings import Settings
from tests.shared.http.loopback import Reply, loopback

CAT = "/_cat/shards?format=json&h=index%2Cstate%2Cunassigned.reason"
STARTED = {"index": "articles-v1-2026-11", "state": "STARTED", "unassigned.reason": None}
NEW = {"index": "articles-v1-2026-12", "state": "UNASSIGNED", "unassigned.reason": "INDEX_CREATED"}
GIVEN_UP = {"index": "sources-v1", "state": "UNASSIGNED", "unassigned.reason": "ALLOCATION_FAILED"}


@pytest.mark.parametrize(("shards", "asked"), [([STARTED, NEW], 0), ([STARTED, GIVEN_UP], 1)])
async def test_only_what_was_given_up_on_is_tried_again(shards: list[dict[str, str | None]], asked: int) -> None:
    told = {"Content-Type": "application/json"}
    async with loopback() as server:
        server.routes["/_cat/shards?format=json&h=index%2Cstate%2Cunassigned.reason"] = Reply(
            200, json.dumps(shards).encode(), told
        )
        server.routes["/_cluster/reroute?retry_failed=true"] = Reply(200, b"{}", told)
        client = connect(Settings(opensearch_url=server.origin))
        try:
            assert await revive(client) == asked
        finally:
            await client.close()
    assert [one.target for one in server.seen if one.method == "POST"] == ["/_cluster/reroute?retry_failed=true"] * asked
