"""What docs/runbook.md tells operators to type, for tests that do as it says."""

import re
from pathlib import Path

RUNBOOK = Path(__file__).parents[1] / "docs" / "runbook.md"


def snapshot_repository() -> str:
    """The body that sets up the repository of snapshots."""
    [body] = re.findall(r"_snapshot/nightly -H 'content-type: application/json' -d '(\{.*?\})'", RUNBOOK.read_text("utf-8"))
    return str(body)
