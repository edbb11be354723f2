"""No label has as many values as there are sources, hosts or pages."""

from prometheus_client import REGISTRY

from console.reference import all_metrics
from shared.telemetry import metrics

NEVER = {"url", "url_id", "host", "domain", "article_id", "source_id"}
BY_RANK = {"babelwire_trend_score", "babelwire_source_shortfall_articles"}  # a few at a time, and cleared


def test_no_metric_is_labelled_by_what_has_no_bound() -> None:
    for name, _, labels, _ in all_metrics():
        assert not NEVER & set(labels), name
        if {"term", "source"} & set(labels):
            assert name in BY_RANK
            assert "rank" in labels


def test_languages_that_pages_make_up_do_not_make_series_without_end() -> None:
    for number in range(10_000):
        label = metrics.language_label(f"x{number}")
        metrics.TRANSLATIONS.labels(label, "pending").inc()
    series = {
        sample.labels["language"]
        for metric in REGISTRY.collect()
        if metric.name == "babelwire_translations"
        for sample in metric.samples
    }
    assert metrics.OTHER in series
    assert len(series) <= metrics.MOST_LANGUAGES + 1
    metrics._languages.clear()
    metrics.TRANSLATIONS.clear()


def test_a_process_tells_what_time_it_has() -> None:
    found = REGISTRY.get_sample_value("babelwire_clock_seconds")
    assert found is not None
    assert found > 1_700_000_000
