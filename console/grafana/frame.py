"""What all boards have alike."""

from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}
TAG = "babelwire"


def frame(name: str, title: str) -> dict[str, Any]:
    """A board of that name without panels: a menu of the others, and a mark where an alert fires."""
    return {
        "uid": f"babelwire-{name}",
        "title": f"Babelwire: {title}",
        "tags": [TAG],
        "schemaVersion": 41,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "title": "Babelwire", "tags": [TAG], "asDropdown": True, "keepTime": True}],
        "annotations": {
            "list": [
                {
                    "name": "Alerts",
                    "datasource": SOURCE,
                    "enable": True,
                    "expr": 'ALERTS{alertstate="firing"}',
                    "iconColor": "red",
                    "titleFormat": "{{alertname}}",
                }
            ]
        },
    }
