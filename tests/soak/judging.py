"""Whether a series of measurements is flat, and its drawing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import escape

WARM = 0.5  # of the time, in which caches fill and worker processes come; not judged
WIDE, HIGH, COLUMNS = 300, 90, 3
FRAME = 24  # of each drawing, for its name


@dataclass(frozen=True)
class Allowed:
    """What a series may grow over the time judged: a share of its median, or so much, whichever is more."""

    share: float
    much: float


@dataclass(frozen=True)
class Verdict:
    """`median`, and what the series `grew` over the time judged, by its slope (Theil and Sen's: the median of the slopes
    between all pairs, which a few outliers do not move)."""

    median: float
    grew: float
    flat: bool


def verdict(times: Sequence[float], values: Sequence[float], allowed: Allowed) -> Verdict:
    """Of at least four measurements, at `times` in seconds. Less at the end than at the beginning is flat too."""
    at, measured = np.asarray(times, float), np.asarray(values, float)
    late = at >= at[0] + WARM * (at[-1] - at[0])
    at, measured = at[late], measured[late]
    first, second = np.triu_indices(len(at), 1)
    slope = float(np.median((measured[second] - measured[first]) / (at[second] - at[first])))
    median, grew = float(np.median(measured)), slope * float(at[-1] - at[0])
    return Verdict(round(median, 2), round(grew, 2), grew <= max(allowed.share * abs(median), allowed.much))


def drawing(times: Sequence[float], series: Mapping[str, Sequence[float]]) -> str:
    """SVG: a small drawing of each series, from 0 to its most, over the minutes since the first measurement."""
    rows = -(-len(series) // COLUMNS)
    size = f"{COLUMNS * (WIDE + FRAME)} {rows * (HIGH + 2 * FRAME)}"
    begun, last = times[0], max(times[-1] - times[0], 1e-9)
    drawn = []
    for place, (name, values) in enumerate(series.items()):
        left, top = (place % COLUMNS) * (WIDE + FRAME), (place // COLUMNS) * (HIGH + 2 * FRAME) + FRAME
        most = max(max(values), 1e-9)
        points = " ".join(
            f"{(at - begun) / last * WIDE:.1f},{HIGH - value / most * HIGH:.1f}"
            for at, value in zip(times, values, strict=True)
        )
        drawn.append(
            f'<g transform="translate({left + FRAME / 2} {top})"><text y="-7">{escape(name)}: 0 to {most:,.4g}</text>'
            f'<path d="M0 0V{HIGH}H{WIDE}" class="axis"/><polyline points="{points}"/></g>'
        )
    style = "text{font:12px sans-serif}path,polyline{fill:none}.axis{stroke:#999}polyline{stroke:#06c;stroke-width:1.5}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img">'
        f"<title>{last / 60:.0f} minutes</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
    )
