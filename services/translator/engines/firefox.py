"""Firefox's translation models, in this machine's own processes."""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import chain
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
SENTENCES_PER_TASK = 2  # the way to a worker and back costs a fiftieth of a sentence; a hang costs the pair's time once more


class FirefoxEngine:
    """`fxtranslate` in a pool of spawned processes; a sentence that hangs costs its worker, and itself alone.

    `folder`: the models' folder; `timeout`: seconds for one task; `mib`: address space of one worker;
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
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(sum(map(len, texts)))
        tasks = [texts[start : start + SENTENCES_PER_TASK] for start in range(0, len(texts), SENTENCES_PER_TASK)]
        return list(chain.from_iterable(await asyncio.gather(*(self._some(task, files) for task in tasks))))

    async def _some(self, texts: Sequence[str], files: ModelFiles) -> list[Result]:
        try:
            outputs, seconds = await self._workers.run(firefox_worker.translate, files, texts)
        except (Killed, RuntimeError, OSError) as error:
            if len(texts) > 1:  # one of them costs only itself
                return [result for text in texts for result in await self._some([text], files)]
            if isinstance(error, Killed):
                metrics.ENGINE_CALLS.labels(self.name, EngineTransient.__name__).inc()
                return [EngineTransient(f"the engine {error}")]
            return [EngineTransient(str(error))]
        metrics.ENGINE_SECONDS.labels(self.name).inc(seconds)
        metrics.ENGINE_CALLS.labels(self.name, "ok").inc(len(texts))
        return [*outputs]


def firefox(own: TranslatorSettings) -> FirefoxEngine:
    """The engine as `own` has it."""
    return FirefoxEngine(
        own.models,
        workers=own.workers,
        timeout=own.task_timeout_seconds,
        mib=own.worker_memory_mb,
        most_models=own.models_per_worker,
    )
