"""From a page to an article, or to the end of its URL's way."""

from dataclasses import dataclass

from shared.search.ledger import ArticleEntry, Ledger
from shared.search.sources import Sources

from services.extractor.pool import WorkerPool
from shared.clock import now
from shared.errors import Ended, State
from shared.events import Article, Event, Outcome, Page
from shared.item import Item
from shared.telemetry.metrics import NOT_ARTICLES


@dataclass(frozen=True)
class Deps:
    """What the stage works with."""

    pool: WorkerPool
    ledger: Ledger
    sources: Sources


async def process(item: Item[Page], deps: Deps) -> list[Event]:
    """The page's article with its revision, or the outcome `duplicate` or `indexed` (unchanged).

    Raises Ended for what is no article, too old or reserved; Transient when a worker hung or died over the page;
    Unavailable while the ledger is away.
    """
    page = item.event
    source = await deps.sources.get(page.source_id)
    found = await deps.pool.extract(page, source, item.deadline)
    if isinstance(found, Ended):
        if found.state is State.NOT_ARTICLE:
            NOT_ARTICLES.labels(found.reason).inc()
        raise found
    known = await deps.ledger.article(found.article_id)
    if known and known.url_id != page.url_id:
        return [_outcome(page, found, State.DUPLICATE, "another url's article")]
    if known and known.content_hash == found.content_hash:
        return [_outcome(page, found, State.INDEXED, "unchanged")]
    times = found.times.model_copy(update={"extracted": now()})
    return [found.model_copy(update={"revision": _revision(known), "times": times})]


def _revision(known: ArticleEntry | None) -> int:
    """An entry without a hash was claimed by a delivery that did not get as far as writing: the same revision again."""
    if known is None:
        return 1
    return known.revision + 1 if known.content_hash else known.revision


def _outcome(page: Page, article: Article, state: State, reason: str) -> Outcome:
    return Outcome(
        url_id=page.url_id,
        url=page.url,
        source_id=page.source_id,
        attempt=page.attempt,
        state=state,
        reason=reason,
        stage="extractor",
        at=now(),
        article_id=article.article_id,
        discovered_at=page.discovered_at,
    )
