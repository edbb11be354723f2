"""What docs/runbook.md says of backups, done on the native OpenSearch."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.engines
RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")


def repository() -> dict[str, Any]:
    """The body that the runbook sets the repository of snapshots up with."""
    found = re.search(r"_snapshot/nightly -H 'content-type: application/json' -d '(\{.*?\})'", RUNBOOK)
    assert found
    body: dict[str, Any] = json.loads(found[1])
    return body


async def test_a_snapshot_taken_as_the_runbook_says_brings_back_what_was_deleted(search: str) -> None:
    async with httpx.AsyncClient(base_url=search, timeout=60) as client:
        assert (await client.put("/backed-up/_doc/1?refresh=true", json={"title": "Olá"})).status_code == 201
        assert (await client.put("/_snapshot/nightly", json=repository())).is_success
        taken = await client.put("/_snapshot/nightly/one?wait_for_completion=true", json={"indices": "backed-up"})
        assert taken.json()["snapshot"]["state"] == "SUCCESS"
        try:
            await client.delete("/backed-up")
            restored = await client.post("/_snapshot/nightly/one/_restore?wait_for_completion=true")
            assert restored.json()["snapshot"]["shards"]["failed"] == 0
            assert (await client.get("/backed-up/_doc/1")).json()["_source"] == {"title": "Olá"}
        finally:
            await client.delete("/_snapshot/nightly/one")
            await client.delete("/_snapshot/nightly")
            await client.delete("/backed-up")
