"""Trees that judge lines, fitted on what collect.py wrote, and their worth on publishers they have not seen.

    python services/extractor/training/fit.py lines.jsonl [line_model.json]

Needs lightgbm and scikit-learn, which the product does not. Without a second argument it only cross-validates: token F1
of the chosen lines by set, for the rules alone and for the trees, each publisher judged by trees fitted without it.
"""

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from sklearn.model_selection import GroupKFold

FOLDS = 5
ROUNDS = 120
# The modern, reviewed references count full; the loose ones of old pages less.
TRUST = {"fundus": 2.0, "waddle": 0.5, "zh_autumn": 0.5}
SHAPE = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 24, "min_data_in_leaf": 60, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127, "verbose": -1, "seed": 1, "num_threads": 2,
    "deterministic": True,
}  # fmt: skip
THRESHOLD = 0.5
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|[^\W_\u3040-\u9fff]+")


def tokens(text: str) -> list[str]:
    """Words in lower case; characters where a script has no spaces."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def f1(chosen: list[str], reference: str) -> float:
    """Token F1 of the lines `chosen` against `reference`."""
    got, want = Counter(tokens("\n".join(chosen))), Counter(tokens(reference))
    both = sum((got & want).values())
    return 2 * both / max(1, sum(got.values()) + sum(want.values()))


def once(texts: list[str], flags: list[bool]) -> list[str]:
    """The chosen texts, long ones once, as body.py does."""
    seen: set[str] = set()
    kept = []
    for text, flag in zip(texts, flags, strict=True):
        if flag and (len(text) < 30 or text not in seen):
            seen.add(text)
            kept.append(text)
    return kept


def weights(page: dict[str, Any]) -> list[float]:
    """What each line's judgement is worth: its share of the page, so that all pages count alike."""
    gold = max(200, sum(size for size, label in zip(page["sizes"], page["labels"], strict=True) if label))
    trust = TRUST.get(page["set"], 1.0)
    return [trust * (0.01 + min(1.0, size / gold)) * 20 for size in page["sizes"]]


def fitted(pages: list[dict[str, Any]]) -> lightgbm.Booster:
    """The trees for `pages`."""
    rows = np.array([row for page in pages for row in page["rows"]], dtype=np.float32)
    labels = np.array([label for page in pages for label in page["labels"]])
    weight = np.array([each for page in pages for each in weights(page)])
    return lightgbm.train(SHAPE, lightgbm.Dataset(rows, labels, weight=weight), ROUNDS)


def main() -> None:
    """Cross-validate, and write the trees for all pages where a place for them is named."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    pages = [page for page in pages if page["rows"]]
    groups = [page["publisher"].lower() for page in pages]
    results: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for learn, judge in GroupKFold(FOLDS, shuffle=True, random_state=1).split(pages, groups=groups):
        trees = fitted([pages[index] for index in learn])
        for index in judge:
            page = pages[index]
            guess = trees.predict(np.array(page["rows"]))
            page["guess"] = [float(each) for each in guess]
            results[page["set"]].append(
                (
                    f1(once(page["texts"], page["rules"]), page["gold"]),
                    f1(once(page["texts"], [each > THRESHOLD for each in guess]), page["gold"]),
                    f1(once(page["texts"], [bool(each) for each in page["labels"]]), page["gold"]),
                )
            )
    results["all"] = [each for values in list(results.values()) for each in values]
    for name, values in sorted(results.items()):
        rules, trees_f1, best = (100 * sum(column) / len(values) for column in zip(*values, strict=True))
        print(f"{name:14s} {len(values):4d} rules {rules:.2f} trees {trees_f1:.2f} perfect {best:.2f}")  # noqa: T201
    if len(sys.argv) > 2:
        write(fitted(pages), Path(sys.argv[2]))


def write(trees: lightgbm.Booster, place: Path) -> None:
    """The trees as nested lists: [feature, threshold, left, right] or a number."""

    def node(each: dict[str, Any]) -> Any:
        if "leaf_value" in each:
            return round(each["leaf_value"], 4)
        return [each["split_feature"], round(each["threshold"], 5), node(each["left_child"]), node(each["right_child"])]

    model = trees.dump_model()
    forest = [node(tree["tree_structure"]) for tree in model["tree_info"]]
    place.write_text(json.dumps({"features": model["max_feature_idx"] + 1, "trees": forest}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
