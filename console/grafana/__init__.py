"""The dashboards as code: `make docs` writes them to deploy/grafana/dashboards."""

from pathlib import Path

from console.grafana import boards, runbook
from console.grafana.panel import written

DASHBOARDS = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"


def pages() -> dict[str, str]:
    """Name within deploy/grafana/dashboards to what stands there."""
    found = {f"{board.name}.json": written(board.model()) for board in boards.BOARDS}
    return found | {"runbook.json": written(runbook.model())}
