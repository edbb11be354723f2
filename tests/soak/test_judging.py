import random
import xml.etree.ElementTree as ET

import pytest

from tests.soak.judging import Allowed, drawing, verdict

TIMES = [10.0 * number for number in range(120)]
ALLOWED = Allowed(0.05, 1)


def noisy(slope: float, seed: int) -> list[float]:
    drawn = random.Random(seed)
    return [200 + slope * at + drawn.gauss(0, 4) + (150 if drawn.random() < 0.05 else 0) for at in TIMES]


@pytest.mark.parametrize("seed", range(5))
def test_what_leaks_is_told_from_what_is_only_noisy(seed: int) -> None:
    assert verdict(TIMES, noisy(0, seed), ALLOWED).flat
    leak = verdict(TIMES, noisy(20 / 600, seed), ALLOWED)
    assert not leak.flat
    assert leak.grew == pytest.approx(20, abs=4)


def test_what_grows_while_it_warms_up_only_is_flat() -> None:
    assert verdict(TIMES, [min(at, 500.0) for at in TIMES], ALLOWED).flat


def test_what_shrinks_is_flat() -> None:
    assert verdict(TIMES, noisy(-0.1, 1), ALLOWED).flat


def test_every_series_is_drawn_with_its_name() -> None:
    root = ET.fromstring(drawing(TIMES, {"memory <MiB>": noisy(0, 1), "nothing": [0.0] * len(TIMES)}))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [text.split(":")[0] for text in texts if text] == ["memory <MiB>", "nothing"]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2
