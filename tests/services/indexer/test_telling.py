"""What is told of a document once it is in the index."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from services.indexer.telling import indexed, kind, observe, outcome
from shared.errors import State
from tests.services.indexer.articles import SEEN, article

BODY = {"fingerprint": "00ff", "trend_terms": ["Coimbra"]}


def freshness(language: str) -> tuple[float, float]:
    """How many were measured, and the sum of their seconds."""
    labels = {"language": language}
    count, total = (REGISTRY.get_sample_value(f"babelwire_freshness_seconds_{what}", labels) for what in ("count", "sum"))
    return count or 0.0, total or 0.0


@pytest.mark.parametrize(
    ("revision", "rendering", "expected"),
    [(1, 0, "new"), (2, 0, "corrected"), (1, 1, "translated"), (3, 2, "translated")],
)
def test_a_version_is_new_a_correction_or_a_translation(revision: int, rendering: int, expected: str) -> None:
    assert kind(article(revision=revision, rendering=rendering)) == expected


def test_the_news_of_a_document_says_where_it_is_and_what_trends_count() -> None:
    shown = article(revision=2)
    news = indexed(shown, "articles-v1-2026.03", BODY, SEEN)
    assert (news.kind, news.index, news.revision, news.rendering) == ("corrected", "articles-v1-2026.03", 2, 0)
    assert (news.fingerprint, news.trend_terms, news.status) == ("00ff", ("Coimbra",), "translated")
    assert (news.title, news.first_seen_at, news.indexed_at) == ("A plan for the floods", SEEN, SEEN)


def test_an_outcome_carries_the_attempt_and_when_the_url_was_discovered() -> None:
    ended = outcome(article().model_copy(update={"attempt": 3}), State.DUPLICATE, "of another url")
    assert (ended.state, ended.reason, ended.attempt, ended.stage) == (State.DUPLICATE, "of another url", 3, "indexer")
    assert (ended.article_id, ended.discovered_at) == (article().article_id, SEEN)


def test_freshness_is_measured_from_publication_and_only_of_what_is_new() -> None:
    before = freshness("gl")
    shown = article(language="gl")
    observe(shown, SEEN + timedelta(minutes=5))
    observe(article(language="gl", revision=2), SEEN)
    observe(article(language="gl", rendering=1), SEEN)
    count, total = freshness("gl")
    assert (count - before[0], total - before[1]) == (1, 65 * 60)


def test_a_date_of_the_future_or_none_tells_nothing_of_freshness() -> None:
    before = freshness("gl")
    observe(article(language="gl", published_at=SEEN + timedelta(days=1)), SEEN)
    observe(article(language="gl", published_at=None), SEEN)
    assert freshness("gl") == before


def step(name: str) -> tuple[float, float]:
    labels = {"step": name, "language": "gl"}
    count, total = (REGISTRY.get_sample_value(f"babelwire_step_seconds_{what}", labels) for what in ("count", "sum"))
    return count or 0.0, total or 0.0


def test_each_step_of_the_way_is_measured_from_the_end_of_the_one_before() -> None:
    before = {name: step(name) for name in ("discovered", "fetched", "extracted", "translated", "searchable")}
    shown = article(language="gl", published_at=SEEN - timedelta(minutes=30))
    times = shown.times.model_copy(
        update={
            "fetched": SEEN + timedelta(seconds=4),
            "extracted": None,
            "translated": SEEN + timedelta(seconds=10),
        }
    )
    observe(shown.model_copy(update={"times": times}), SEEN + timedelta(seconds=12))
    found = {name: (step(name)[0] - was[0], step(name)[1] - was[1]) for name, was in before.items()}
    assert found == {
        "discovered": (1, 1800),
        "fetched": (1, 4),
        "extracted": (0, 0),
        "translated": (1, 6),
        "searchable": (1, 2),
    }
