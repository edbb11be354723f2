"""Firefox's translation models, in this machine's own processes."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from services.translator.engine import Capabilities, Result
from services.translator.engines import firefox_worker
from services.translator.errors import BadPair, EngineTransient
from services.translator.models import ModelFiles, Shelf
from services.translator.settings import TranslatorSettings
from shared.events import Language
from shared.telemetry import metrics
from shared.workers import Killed, Workers

TARGET = "en"
# Enough that a worker finds its next sentence waiting, few enough that an article's time budget is looked at often.
SENTENCES_PER_WORKER = 4


class FirefoxEngine:
    """`fxtranslate` in a pool of spawned processes; a sentence that hangs costs its worker, and only itself.

    `folder`: the models' folder; `timeout`: seconds for one sentence; `mib`: address space of one worker;
    `most_models`: models a worker keeps loaded, about 50 MB each.
    """

    name = "firefox"

    def __init__(self, folder: Path | None, *, workers: int, timeout: float, mib: int, most_models: int) -> None:
        self._shelf = Shelf(folder, TARGET)
        self._workers = Workers(
            "translator", workers, seconds=timeout, mib=mib, prepare=partial(firefox_worker.keep, most_models)
        )
        self.close = self._workers.close
        self.capabilities = Capabilities(items=SENTENCES_PER_WORKER * workers)

    @property
    def languages(self) -> list[Language]:
        return self._shelf.languages

    def version(self, source: Language) -> str | None:
        return self._shelf.version(source)

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        files = self._shelf.files(source)
        if files is None:
            raise BadPair(f"no model from {source}")
        return list(await asyncio.gather(*(self._sentence(text, files) for text in texts)))

    async def _sentence(self, text: str, files: ModelFiles) -> Result:
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(len(text))
        output: str
        try:
            output, seconds = await self._workers.run(firefox_worker.translate, files, text)
        except Killed as killed:
            metrics.ENGINE_CALLS.labels(self.name, EngineTransient.__name__).inc()
            return EngineTransient(f"the engine {killed}")
        except (RuntimeError, OSError) as error:
            return EngineTransient(str(error))
        metrics.ENGINE_SECONDS.labels(self.name).inc(seconds)
        metrics.ENGINE_CALLS.labels(self.name, "ok").inc()
        return output


def firefox(own: TranslatorSettings) -> FirefoxEngine:
    """The engine as `own` has it."""
    return FirefoxEngine(
        own.models,
        workers=own.workers,
        timeout=own.task_timeout_seconds,
        mib=own.worker_memory_mb,
        most_models=own.models_per_worker,
    )
