"""The learned judgement of lines: trees fitted offline (training/), all of them walked at once."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MODEL = "line_model.json"

# In the file a tree is a leaf's value or [feature, threshold, tree where at most that, tree where more].
Tree = Any


class Forest(NamedTuple):
    """All trees in arrays, a place for each node and in `ways` two: where to go for at most the threshold, and for more. A
    leaf leads to itself, so that every way down is as long as the longest."""

    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    ways: NDArray[np.intp]
    value: NDArray[np.float64]
    depth: int


@cache
def _forest() -> Forest:
    model = json.loads(files("services.extractor").joinpath(MODEL).read_text(encoding="ascii"))
    return planted(model["trees"])


def planted(trees: Sequence[Tree]) -> Forest:
    """`trees` as arrays."""
    nodes: list[list[float]] = []
    depth = 0

    def add(tree: Tree, height: int) -> int:
        nonlocal depth
        depth, at = max(depth, height), len(nodes)
        nodes.append([0, 0, at, at, 0.0])
        if isinstance(tree, list):
            nodes[at] = [tree[0], tree[1], add(tree[2], height + 1), add(tree[3], height + 1), 0.0]
        else:
            nodes[at][4] = tree
        return at

    roots = np.array([add(tree, 0) for tree in trees])
    feature, threshold, less, more, value = np.array(nodes).T
    ways = np.stack((less, more), axis=1).ravel()
    return Forest(roots, feature.astype(np.intp), threshold, ways.astype(np.intp), value, depth)


def chances(rows: Sequence[Sequence[float]]) -> list[float]:
    """For each row of lines.seen, how likely (0 to 1) the line is the article's."""
    if not rows:
        return []
    forest, table = _forest(), np.array(rows)
    row = np.arange(len(table))[:, np.newaxis] * table.shape[1]
    at = np.tile(forest.roots, (len(table), 1))
    for _ in range(forest.depth):
        more = table.take(forest.feature.take(at) + row) > forest.threshold.take(at)
        at = forest.ways.take(2 * at + more)
    chance: list[float] = (1 / (1 + np.exp(-forest.value.take(at).sum(axis=1)))).tolist()
    return chance
