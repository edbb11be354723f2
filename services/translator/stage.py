"""One article, translated, passed through or marked as waiting for a translation; nothing is lost on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from services.translator.article import NO_GLOSSARY, pending, translate_article
from services.translator.engine import Engine
from services.translator.errors import EngineError, EngineTransient, RateLimited
from services.translator.glossary import Glossary
from services.translator.memory import Memory
from shared.errors import Transient
from shared.events import Article, Event, TranslatedArticle
from shared.item import Deadline, Item
from shared.telemetry import metrics

# The first and one for each retry topic: at the last readers get the original instead of nothing.
TRIES = 4


@dataclass(frozen=True)
class Deps:
    """`turns` lets a few articles at a time into the engine; `seconds` is what one of them may take. `overloaded` tells
    whether so many wait that the text of some has to."""

    engines: Sequence[Engine]
    memory: Memory
    turns: asyncio.Semaphore
    seconds: float
    words: Glossary = NO_GLOSSARY
    routes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overloaded: Callable[[], bool] = lambda: False

    @asynccontextmanager
    async def turn(self, deadline: Deadline) -> AsyncIterator[None]:
        with deadline.waiting():
            await self.turns.acquire()
        try:
            yield
        finally:
            self.turns.release()


async def process(item: Item[Article], deps: Deps) -> list[Event]:
    """The translated article. Raises Transient when the engine fails as a whole and may work later."""
    article = item.event
    body = not (_may_wait(article) and deps.overloaded())
    async with deps.turn(item.deadline):
        try:
            translated = await translate_article(
                article,
                deps.engines,
                memory=deps.memory,
                seconds=deps.seconds,
                words=deps.words,
                routes=deps.routes,
                body=body,
            )
        except EngineError as error:
            if isinstance(error, EngineTransient | RateLimited) and item.attempt < TRIES:
                raise _later(error) from error
            translated = await pending(article)
    _count(translated)
    return [translated]


def _may_wait(article: Article) -> bool:
    """A correction may not: readers have had the text before it in English."""
    return article.priority == "low" and article.revision == 1


def _count(translated: TranslatedArticle) -> None:
    language, translation = metrics.language_label(translated.language), translated.translation
    metrics.TRANSLATIONS.labels(language, translation.status).inc()
    if translation.body_waits:
        metrics.BODIES_WAITING.labels(language).inc()
    elif translation.status in ("translated", "partial"):
        original = sum(block.lang is not None for block in translation.blocks)
        metrics.TRANSLATED_BLOCKS.labels(language, "original").inc(original)
        metrics.TRANSLATED_BLOCKS.labels(language, "translated").inc(len(translation.blocks) - original)


def _later(error: EngineError) -> Transient:
    wait = error.retry_after if isinstance(error, RateLimited) else None
    return Transient(f"engine: {error}", after=timedelta(seconds=wait) if wait else None)
