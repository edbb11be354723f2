"""Panels and boards in our words, and what Grafana calls them."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from console.grafana import runbook
from console.grafana.frame import SOURCE, frame

WIDTH = 24


@dataclass(frozen=True)
class Panel:
    """`id` is for ever, for alerts name it in their links. `queries` are pairs of expression and legend; `orange` and `red`
    the values from which it is one; `runbook` the section of the runbook that says what to do."""

    id: int
    title: str
    said: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    kind: Literal["timeseries", "stat", "bargauge"] = "timeseries"
    orange: float | None = None
    red: float | None = None
    most: float | None = None
    stacked: bool = False
    width: int = 8
    height: int = 8
    runbook: str = ""

    def model(self, x: int, y: int) -> dict[str, Any]:
        """As Grafana has it, at this place."""
        steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
        steps += [{"color": c, "value": v} for c, v in (("orange", self.orange), ("red", self.red)) if v is not None]
        defaults: dict[str, Any] = {"unit": self.unit, "min": 0, "noValue": "–"}
        if self.most is not None:
            defaults["max"] = self.most
        judged = len(steps) > 1
        if judged:
            defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        if self.kind == "timeseries":
            defaults["custom"] = {
                "fillOpacity": 20 if self.stacked else 5,
                "lineWidth": 1,
                "showPoints": "never",
                "stacking": {"mode": "normal" if self.stacked else "none"},
                "thresholdsStyle": {"mode": "line" if judged else "off"},
            }
            options: dict[str, Any] = {
                "legend": {"displayMode": "list", "placement": "bottom"},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }
        else:
            defaults["color"] = {"mode": "thresholds"} if judged else {"mode": "fixed", "fixedColor": "text"}
            options = {"reduceOptions": {"calcs": ["lastNotNull"]}}
            options |= {"graphMode": "area", "colorMode": "value"} if self.kind == "stat" else {"displayMode": "basic"}
        links = [{"title": "What to do", "url": runbook.address(self.runbook)}] if self.runbook else []
        return {
            "id": self.id,
            "type": self.kind,
            "title": self.title,
            "description": self.said,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "links": links,
            "targets": [
                {"refId": chr(65 + n), "expr": expression, "legendFormat": legend}
                for n, (expression, legend) in enumerate(self.queries)
            ],
            "fieldConfig": {"defaults": defaults, "overrides": []},
            "options": options,
        }


@dataclass(frozen=True)
class Board:
    """`variables`: name and the metric whose label of that name gives its values. Panels are laid out in their order."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    variables: tuple[tuple[str, str], ...] = ()

    def model(self) -> dict[str, Any]:
        """As Grafana has it."""
        placed, x, y, shelf = [], 0, 0, 0
        for panel in self.panels:
            if x + panel.width > WIDTH:
                x, y, shelf = 0, y + shelf, 0
            placed.append(panel.model(x, y))
            x, shelf = x + panel.width, max(shelf, panel.height)
        return frame(self.name, self.title) | {
            "templating": {"list": [_variable(name, metric) for name, metric in self.variables]},
            "panels": placed,
        }


def _variable(name: str, metric: str) -> dict[str, Any]:
    asked = f"label_values({metric}, {name})"
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "definition": asked,
        "query": {"query": asked, "refId": "values"},
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
        "refresh": 2,
        "sort": 1,
    }


def written(model: dict[str, Any]) -> str:
    """As it stands in its file."""
    return json.dumps(model, indent=1, ensure_ascii=False) + "\n"
