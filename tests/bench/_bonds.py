"""Fits the weights of `services/trends/bonds.py` on the development half: `python -m tests.bench._bonds`.

Pairs of the newsroom count as much as pairs of the documents, so that the many translations do not outweigh the few reports.
Of the near misses eight in English of each document take part: with all of them, which have no numbers, a number in common
would say more than it does (measured: F1 0.958 of the same half, instead of 0.974). Pairs that no weight could join, of a
cosine under 0.3, are left out; so are pairs of two others, whose events nobody knows.
"""

import sys

import numpy
from numpy.typing import NDArray

from services.trends.bonds import Candidate, features
from tests.bench.generators.labelled import Labelled
from tests.bench.stories import DEFAULT, embedded, labelled

LEAST_COSINE = 0.3
STEPS = 60  # of Newton's method; it has converged long before
RIDGE = 1e-3
NEAR_MISSES = 8
NAMES = ("COSINE", "NAMES", "NUMBERS", "BOTH_NAME", "ONE_SOURCE", "BIAS")

Numbers = NDArray[numpy.float64]


def fitted(articles: list[Labelled], candidates: list[Candidate]) -> dict[str, float]:
    """The weights, by the names they have there."""
    parts = features(candidates)
    rows, columns = numpy.triu_indices(len(candidates), 1)
    others = numpy.array([one.kind == "others" for one in articles])
    press = numpy.array([one.kind == "newsroom" for one in articles])
    event = numpy.unique([one.event or one.article.article_id for one in articles], return_inverse=True)[1]
    same = event[rows] == event[columns]
    kept = ~(others[rows] & others[columns]) & (same | (parts[0][rows, columns] > LEAST_COSINE))
    rows, columns, same = rows[kept], columns[kept], same[kept]
    table: Numbers = numpy.stack([part[rows, columns].astype(float) for part in parts] + [numpy.ones(len(rows))], axis=1)
    among = press[rows] & press[columns]
    weights = numpy.ones(len(rows))
    for truth, kind, share in ((True, True, 1.0), (True, False, 1.0), (False, True, 1.0), (False, False, 2.0)):
        chosen = (same == truth) & (among == kind)
        weights[chosen] = share / max(1, chosen.sum())
    found = _regression(table, same.astype(float), 2_000 * weights)
    return dict(zip(NAMES, (round(float(one), 1) for one in found), strict=True))


def _regression(table: Numbers, truth: Numbers, weights: Numbers) -> Numbers:
    """Weighted logistic regression, by Newton's method."""
    found = numpy.zeros(table.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + numpy.exp(-numpy.clip(table @ found, -30, 30)))
        slope = table.T @ (weights * (chance - truth)) + RIDGE * found
        bend = (table * (weights * chance * (1 - chance))[:, None]).T @ table + RIDGE * numpy.eye(len(found))
        found -= numpy.linalg.solve(bend, slope)
    return found


def _takes_part(one: Labelled) -> bool:
    language, _, number = (one.event or "").rpartition("/")[2].partition("-")
    return one.kind != "near" or (language == "en" and int(number) < NEAR_MISSES)


def main() -> int:
    articles = [one for one in labelled(DEFAULT) if not one.held_out and _takes_part(one)]
    both = [(one, made) for one, made in zip(articles, embedded(articles)[0], strict=True) if made.vector is not None]
    print(fitted([one for one, _ in both], [made for _, made in both]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
