"""The learned judgement of lines: trees fitted offline (training/), walked in plain Python."""

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

MODEL = "line_model.json"

# A tree is a leaf's value or [feature, threshold, tree where at most that, tree where more].
Tree = Any


@cache
def _trees() -> tuple[Tree, ...]:
    model = json.loads(files("services.extractor").joinpath(MODEL).read_text(encoding="ascii"))
    return tuple(model["trees"])


def chances(rows: Sequence[Sequence[float]]) -> list[float]:
    """For each row of lines.seen, how likely (0 to 1) the line is the article's."""
    trees = _trees()
    return [1 / (1 + math.exp(-sum(_walked(tree, row) for tree in trees))) for row in rows]


def _walked(tree: Tree, row: Sequence[float]) -> float:
    while type(tree) is list:
        tree = tree[2] if row[tree[0]] <= tree[1] else tree[3]
    return float(tree)
