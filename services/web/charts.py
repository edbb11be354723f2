"""A trend's evidence as a chart, as numbers that a template writes as SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.web.moments import moment
from services.web.store import Hour

WIDTH, HEIGHT = 480, 110  # of the drawing, in its own units; it scales with the page
BASE = 92  # where the bars stand, above their labels
GAP = 1.5


@dataclass(frozen=True)
class Bar:
    """An hour. `title` says it in words."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Chart:
    """`top` is what the highest bar counts; `ticks` are days, each with where it begins."""

    bars: tuple[Bar, ...]
    top: int
    ticks: tuple[tuple[float, datetime], ...]


def chart(hours: Sequence[Hour]) -> Chart | None:
    """The chart of how many sources wrote in each of `hours`; None where none did."""
    top = max((hour.sources for hour in hours), default=0)
    if not top:
        return None
    step = WIDTH / len(hours)
    bars = []
    for place, hour in enumerate(hours):
        height = round(hour.sources / top * (BASE - 14), 1)
        says = f"{moment(hour.at)}: {_counted(hour.sources, 'source')}, {_counted(hour.articles, 'article')}"
        bars.append(Bar(round(place * step, 1), round(BASE - height, 1), round(step - GAP, 1), height, says))
    ticks = tuple((round(place * step, 1), hour.at) for place, hour in enumerate(hours) if hour.at.hour == 0)
    return Chart(tuple(bar for bar in bars if bar.height), top, ticks)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
