"""The runbook as a dashboard of its own, a panel for each section: what to do is one click away from any other panel."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from console.grafana.frame import frame

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
UID = "babelwire-runbook"
HEIGHT = 12


@lru_cache
def sections() -> dict[str, str]:
    """Title to text, in Markdown, in the order of the page."""
    _, *parts = re.split(r"^## (.+)$", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def address(title: str) -> str:
    """Where Grafana shows that section. Raises ValueError where there is none."""
    return f"/d/{UID}?viewPanel={list(sections()).index(title) + 1}"


def model() -> dict[str, Any]:
    """As Grafana has it."""
    panels = [
        {
            "id": number,
            "type": "text",
            "title": title,
            "gridPos": {"x": 12 * ((number - 1) % 2), "y": HEIGHT * ((number - 1) // 2), "w": 12, "h": HEIGHT},
            # Links to pages beside it lead nowhere in Grafana: their words stay.
            "options": {"mode": "markdown", "content": re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)},
        }
        for number, (title, text) in enumerate(sections().items(), start=1)
    ]
    return frame("runbook", "runbook") | {"refresh": "", "templating": {"list": []}, "panels": panels}
