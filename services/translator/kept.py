"""An engine kept within its means: its budget, a breaker while it fails, and its calls, costs and failures counted."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

from services.translator.budget import Budget
from services.translator.engine import Engine, Result, TakesMarkup
from services.translator.errors import (
    AuthFailed,
    BadOutput,
    EngineError,
    EngineTransient,
    QuotaExhausted,
    RateLimited,
)
from shared.events import Language
from shared.telemetry import metrics

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 30.0
# A key or a quota is not put right within seconds.
REFUSED_SECONDS = 600.0
MILLION = 1_000_000

Translate = Callable[[Sequence[str], Language], Awaitable[list[Result]]]


class Kept:
    """`engine`, not asked while its breaker is open: after several failures in a row, one refused key or quota, or as long
    as it asked for. Then one request tries whether it works again."""

    def __init__(self, engine: Engine, budget: Budget | None = None) -> None:
        self._engine, self._budget = engine, budget
        self.name = engine.name
        self.version = engine.version
        self.close = engine.close
        self.capabilities = engine.capabilities
        self._row = 0
        self._shut_until = 0.0
        self._why: EngineError | None = None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        """As the engine's; raises what opened the breaker while it is open, QuotaExhausted when the budget is used up."""
        return await self._ask(self._engine.translate, texts, source)

    async def translate_markup(self, texts: Sequence[str], source: Language) -> list[Result]:
        """As `translate`, of HTML; for engines whose capabilities say that they take it."""
        if not isinstance(self._engine, TakesMarkup):
            raise BadOutput(f"{self.name}: takes no markup")
        return await self._ask(self._engine.translate_markup, texts, source)

    async def _ask(self, translate: Translate, texts: Sequence[str], source: Language) -> list[Result]:
        now = asyncio.get_running_loop().time()
        if self._why and now < self._shut_until:
            raise self._why
        if self._why:
            self._shut_until = now + OPEN_SECONDS  # the others wait for the one that tries
        characters = sum(map(len, texts))
        await self._spend(characters)
        try:
            results = await translate(texts, source)
        except EngineError as error:
            self._failed(error)
            if not isinstance(error, EngineTransient | BadOutput):  # these the service may have charged for
                await self._give_back(characters)
            raise
        self._row, self._why, self._shut_until = 0, None, 0.0
        metrics.ENGINE_CALLS.labels(self.name, "ok").inc()
        metrics.ENGINE_COST.labels(self.name).inc(characters * self.capabilities.cost / MILLION)
        return results

    def _failed(self, error: EngineError) -> None:
        metrics.ENGINE_CALLS.labels(self.name, type(error).__name__).inc()
        self._row = self._row + 1 if isinstance(error, EngineTransient) else 0
        if isinstance(error, RateLimited):
            seconds = error.retry_after or OPEN_SECONDS
        elif isinstance(error, AuthFailed | QuotaExhausted):
            seconds = REFUSED_SECONDS
        elif self._row >= FAILURES_TO_OPEN or (self._why and isinstance(error, EngineTransient)):
            seconds = OPEN_SECONDS
        else:
            self._why = None  # it answered, if only to say that this request will not do
            return
        self._why, self._shut_until = error, asyncio.get_running_loop().time() + seconds

    async def _spend(self, characters: int) -> None:
        if self._budget is None:
            return
        try:
            within = await asyncio.to_thread(self._budget.spend, characters)
            metrics.ENGINE_BUDGET.labels(self.name).set(await asyncio.to_thread(self._budget.used))
        except sqlite3.Error as error:
            raise EngineTransient(f"{self.name}: budget cannot be counted") from error
        if not within:
            metrics.ENGINE_CALLS.labels(self.name, "over_budget").inc()
            raise QuotaExhausted(f"{self.name}: budget of the day used up")

    async def _give_back(self, characters: int) -> None:
        if self._budget is not None:
            try:
                await asyncio.to_thread(self._budget.spend, -characters)
            except sqlite3.Error:
                return  # counted too much, which is the safe side
