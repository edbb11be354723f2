"""Language identification: documents by their text alone, titles with what feed, page and source say of them."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from services.translator import language
from tests.bench.generators.tongues import SERBO_CROATIAN, Case, Tongues

DATA = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[3] / "shared" / "mt")
DOCUMENTS, TITLES = 0.995, 0.96


def told(case: Case) -> str:
    """The language of the whole case."""
    return language.of_article(case.title, [text for text, _ in case.blocks], case.hints)


def share(cases: Iterable[Case], told: Callable[[Case], str] = told) -> dict[str, float]:
    """Shares of right and wrong answers; the rest is `und`. `alike`: right if Bosnian, Croatian and Serbian count as one."""
    counts: Counter[str] = Counter()
    for case in cases:
        answer = told(case)
        counts["cases"] += 1
        counts["right"] += answer == case.language
        counts["wrong"] += answer not in (case.language, "und")
        counts["alike"] += answer == case.language or {answer, case.language} <= SERBO_CROATIAN
    return {"cases": counts["cases"]} | {key: round(counts[key] / counts["cases"], 4) for key in ("right", "wrong", "alike")}


def blocks(cases: Iterable[Case]) -> dict[str, float]:
    """Blocks of mixed articles that are told right, and blocks of the article's own language that are not."""
    counts: Counter[str] = Counter()
    for case in cases:
        whole = told(case)
        for text, expected in case.blocks:
            answer = language.of_block(text, whole)
            counts["blocks"] += 1
            counts["right"] += answer == expected
            counts["own"] += expected == case.language
            counts["own_wrong"] += expected == case.language != answer
    return {
        "blocks": counts["blocks"],
        "right": round(counts["right"] / counts["blocks"], 4),
        "own_wrong": round(counts["own_wrong"] / counts["own"], 4),
    }


def figures(half: Tongues) -> dict[str, dict[str, float]]:
    """Every figure of one half."""
    return {
        "documents": share(half.documents()),
        "titles": share(half.titles("apart")),
        "titles_together": share(half.titles("together")),
        "titles_alone": share(half.titles()),
        "openings": share(half.openings("apart")),
        "openings_alone": share(half.openings()),
        "mixed": blocks(half.mixed()),
        "wordless": share(half.wordless()),
    }


def main() -> int:
    news = DATA / "ntrex"
    if not news.is_dir():
        print(f"skipped: no reference text in {news}", file=sys.stderr)
        return 0
    halves = {"development": figures(Tongues(news, held_out=False))}
    if "--development" not in sys.argv:
        halves["held_out"] = figures(Tongues(news, held_out=True))
    for name, found in halves.items():
        for what, shares in found.items():
            print(name, what, json.dumps(shares))
    last = halves.get("held_out", halves["development"])
    value = last["titles"]["right"]
    print(
        json.dumps(
            {
                "name": "language", "value": value, "unit": "share of titles",
                "floor": TITLES, "ratio": round(value / TITLES, 3),
                "documents": last["documents"]["right"], "documents_floor": DOCUMENTS, **halves,
            }
        )
    )  # fmt: skip
    return (
        0
        if all(half["documents"]["right"] >= DOCUMENTS and half["titles"]["right"] >= TITLES for half in halves.values())
        else 1
    )


if __name__ == "__main__":
    sys.exit(main())
