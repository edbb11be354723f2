"""The floor under the figures on saved pages of true publishers, so that no later change lowers them unseen."""

import gzip
import importlib.util
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.extractor.corpus import extract

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
EVERY = 3  # pages; enough for the floor, quick enough for each run
FLOOR = {"F": 0.975, "t_exact": 0.85, "d": 0.95, "a_exact": 0.83, "summ": 0.95, "sub": 0.97}
OTHERS = {"fundus_eval", "wcxb", "zyte_aeb", "turing", "newspaper4k", "waddle", "zh_autumn", "readability"}
EVERY_OTHER = 12
FLOOR_OF_OTHERS = 0.93  # token F1

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no saved pages: ../shared/corpus is absent"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # the evaluator leaves a file open
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def _evaluator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_evaluate", CORPUS / "evaluate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _extracted(manifest: dict[str, Any]) -> dict[str, Any]:
    found = extract(gzip.decompress(Path(manifest["path"]).read_bytes()), manifest["url"])
    return {"title": None, "date": None, "authors": None, "text": None, "err": None, "cpu_ms": 0.0, **found}


def _scores(sets: set[str], every: int) -> list[dict[str, Any]]:
    evaluator = _evaluator()
    suspects = {(each["set"], each["file"]) for each in json.loads((CORPUS / "suspect_references.json").read_text())}
    pages = [each for each in evaluator.pages("dev", sets) if (each["set"], each["file"]) not in suspects][::every]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        return [evaluator.score_page(*pair) for pair in zip(pages, workers.map(_extracted, pages, chunksize=4), strict=True)]


@pytest.fixture(scope="module")
def scores() -> list[dict[str, Any]]:
    return _scores({"fundus"}, EVERY)


@pytest.mark.parametrize("figure", FLOOR)
def test_no_figure_falls_below_its_floor(scores: list[dict[str, Any]], figure: str) -> None:
    values = [score[figure] for score in scores if figure in score]
    assert sum(values) / len(values) >= FLOOR[figure]


def test_no_true_article_is_turned_away(scores: list[dict[str, Any]]) -> None:
    assert [score["file"] for score in scores if score["none"]] == []


def test_other_pages_keep_their_text_too() -> None:
    values = [score["F"] for score in _scores(OTHERS, EVERY_OTHER) if "F" in score]
    assert sum(values) / len(values) >= FLOOR_OF_OTHERS
