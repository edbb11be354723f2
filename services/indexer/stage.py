"""From a translated article to a document; and from outcomes to the ledger."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.indexer.batching import Batching
from services.indexer.bulk import Result
from services.indexer.document import document
from services.indexer.embedding import Embedder
from services.indexer.index import Index
from services.indexer.telling import indexed, observe, outcome
from services.indexer.versions import Verdict, against, fetched_before, version
from shared.clock import now
from shared.errors import Ended, State
from shared.events import Event, Outcome, TranslatedArticle
from shared.item import Item
from shared.search.ledger import ArticleEntry, Ledger
from shared.search.names import month_index
from shared.search.takedowns import nothing_barred
from shared.telemetry.metrics import OUTCOMES


@dataclass(frozen=True)
class Deps:
    """What the article stage works with."""

    ledger: Ledger
    index: Index
    embedder: Embedder
    barred: Callable[[str], Awaitable[bool]] = nothing_barred


async def process(item: Item[TranslatedArticle], deps: Deps) -> list[Event]:
    """The article is in the index (`Indexed` and an outcome), or another URL has it, or a newer version stands (an outcome).

    Replaying it changes nothing and tells the same. Raises Poison where the mapping refuses it; Ended where it was taken
    down; Unavailable.
    """
    article = item.event
    owner = await deps.ledger.claim(_claim(article))
    # After the claim: a takedown looks for claims after it has barred the way, so one of the two sees the other.
    if await _taken_down(article, deps):
        raise Ended(State.TAKEN_DOWN, "its text stays out")
    if owner.url_id != article.url_id:
        return [outcome(article, State.DUPLICATE, "another url's article")]
    if owner.content_hash not in (None, article.content_hash) and fetched_before(article, owner.fetched_at):
        return [outcome(article, State.INDEXED, "superseded")]

    vector = await deps.embedder.vector(article)
    while True:
        indexed_at = now()
        body = document(article, vector=vector, indexed_at=indexed_at)
        result = await deps.index.write(owner.index, article.article_id, version(article), body)
        if result is Result.WRITTEN:
            observe(article, indexed_at)
            break
        standing = await deps.index.standing(owner.index, article.article_id)
        verdict = against(article, standing) if standing else Verdict.NEWER
        if verdict is Verdict.SUPERSEDED:
            return [outcome(article, State.INDEXED, "superseded")]
        if verdict is Verdict.REPLAY:
            break
        article = article.model_copy(update={"revision": article.revision + 1})

    await deps.ledger.record(
        article.article_id, article.revision, article.rendering, article.content_hash, article.times.fetched
    )
    return [indexed(article, owner.index, body, indexed_at), outcome(article, State.INDEXED, "")]


async def _taken_down(article: TranslatedArticle, deps: Deps) -> bool:
    entry = await deps.ledger.url(article.url_id)
    if entry and entry.state is State.TAKEN_DOWN:
        return True
    return await deps.barred(article.url) or await deps.barred(article.canonical_url)


async def settle(item: Item[Outcome], ledger: Batching[Outcome, None]) -> list[Event]:
    """The outcome is in the ledger. Raises Unavailable, and Transient where its entry never stops changing."""
    await ledger.give(item.event)
    OUTCOMES.labels(item.event.state).inc()
    return []


def _claim(article: TranslatedArticle) -> ArticleEntry:
    return ArticleEntry(
        article_id=article.article_id,
        url_id=article.url_id,
        url=article.url,
        source_id=article.source_id,
        index=month_index(article.times.discovered),
        claimed_at=now(),
    )
