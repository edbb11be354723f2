"""What the indexer tells of a document: its events, and how fresh it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from shared.clock import now
from shared.errors import State
from shared.events import Indexed, Outcome, TranslatedArticle
from shared.telemetry.metrics import FRESHNESS_SECONDS, STEP_SECONDS, language_label

TITLE_CHARACTERS = 1_000  # whatever a page gives for a title must fit into a message of 64 KiB


def kind(article: TranslatedArticle) -> Literal["new", "corrected", "translated"]:
    """What this version is: the first, a later rendering, or the first of a later revision."""
    if article.rendering:
        return "translated"
    return "corrected" if article.revision > 1 else "new"


def indexed(article: TranslatedArticle, index: str, body: Mapping[str, Any], at: datetime) -> Indexed:
    """The news that `body` is in `index`."""
    return Indexed(
        url_id=article.url_id,
        url=article.url,
        source_id=article.source_id,
        attempt=article.attempt,
        kind=kind(article),
        article_id=article.article_id,
        index=index,
        revision=article.revision,
        rendering=article.rendering,
        language=article.language,
        status=article.translation.status,
        title=article.translation.title[:TITLE_CHARACTERS],
        section=article.section,
        published_at=article.published_at,
        first_seen_at=article.times.discovered,
        fingerprint=body["fingerprint"],
        trend_terms=tuple(body["trend_terms"]),
        indexed_at=at,
    )


def outcome(article: TranslatedArticle, state: State, reason: str) -> Outcome:
    """How the article's URL ended."""
    return Outcome(
        url_id=article.url_id,
        url=article.url,
        source_id=article.source_id,
        attempt=article.attempt,
        state=state,
        reason=reason,
        stage="indexer",
        at=now(),
        article_id=article.article_id,
        discovered_at=article.times.discovered,
    )


def observe(article: TranslatedArticle, at: datetime) -> None:
    """Measures, for a new article, the time from publication and that of each step; dates of the future tell nothing."""
    if kind(article) != "new":
        return
    if article.published_at and article.published_at <= at:
        FRESHNESS_SECONDS.labels(language_label(article.language)).observe((at - article.published_at).total_seconds())
    times = article.times
    ends = {
        "discovered": times.discovered, "fetched": times.fetched, "extracted": times.extracted,
        "translated": times.translated, "searchable": at,
    }  # fmt: skip
    before = article.published_at
    for step, end in ends.items():
        if end and before and before <= end:
            STEP_SECONDS.labels(step, language_label(article.language)).observe((end - before).total_seconds())
        before = end or before
