import os

import pytest

from services.extractor.settings import ExtractorSettings
from shared.settings import load


def test_the_age_limit_is_the_fetchers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_FETCHER_MAX_AGE_DAYS", "0")
    monkeypatch.setenv("BABELWIRE_EXTRACTOR_WORKERS", "3")
    found = load(ExtractorSettings)
    assert (found.max_age_days, found.workers) == (0, 3)


def test_there_is_a_worker_per_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BABELWIRE_FETCHER_MAX_AGE_DAYS", raising=False)
    found = load(ExtractorSettings)
    assert found.workers == len(os.sched_getaffinity(0))
    assert found.max_age_days == 30
