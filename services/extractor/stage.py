"""From a page to an article, or to the end of its URL's way."""

from dataclasses import dataclass, field

from services.extractor.boilerplate import Boilerplate
from services.extractor.canary import Canary
from services.extractor.pool import WorkerPool
from services.extractor.rules import missed
from shared.clock import now
from shared.errors import Ended, Poison, State, Transient
from shared.events import Article, Event, Outcome, Page
from shared.item import Item
from shared.search.ledger import Ledger
from shared.search.sources import Sources
from shared.telemetry import logging
from shared.telemetry.metrics import NOT_ARTICLES, SOURCES_CHANGED

# A page may meet a worker at a bad moment once. One that costs two workers would cost more.
TRIES = 2


@dataclass(frozen=True)
class Deps:
    """What the stage works with."""

    pool: WorkerPool
    ledger: Ledger
    sources: Sources
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    canary: Canary = field(default_factory=Canary)


async def process(item: Item[Page], deps: Deps) -> list[Event]:
    """The page's article with its revision, or the outcome `duplicate` or `indexed` (unchanged).

    Raises Ended for what is no article, too old or reserved; Transient when a worker hung or died over the page, Poison
    when it did so again, which sets the page aside; Unavailable while the ledger is away.
    """
    page = item.event
    source = await deps.sources.get(page.source_id)
    try:
        found = await deps.pool.extract(page, source, item.deadline)
    except Transient as error:
        if item.attempt >= TRIES:
            raise Poison(f"{error}, {TRIES} times") from None
        raise
    if isinstance(found, Ended):
        if found.state is State.NOT_ARTICLE:
            NOT_ARTICLES.labels(found.reason).inc()
        raise found
    found = deps.boilerplate.trim(found)
    _watch(found, deps.canary, missed(found.provenance, source.rules if source else None))
    known = await deps.ledger.article(found.article_id)
    if known and known.url_id != page.url_id:
        return [_outcome(page, found, State.DUPLICATE, "another url's article")]
    if known and known.content_hash == found.content_hash:
        return [_outcome(page, found, State.INDEXED, "unchanged")]
    revision = known.revision + 1 if known else 1  # an entry that was only claimed has revision 0
    times = found.times.model_copy(update={"extracted": now()})
    return [found.model_copy(update={"revision": revision, "times": times})]


def _watch(found: Article, canary: Canary, rule_missed: bool) -> None:
    if not found.source_id:
        return
    if signs := canary.watch(found, rule_missed):  # the metric has no room for names; the log tells which source it is
        logging.get("extractor").warning("source changed", source_id=found.source_id, signs=sorted(signs))
    for sign, number in canary.changed().items():
        SOURCES_CHANGED.labels(sign).set(number)


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
