"""Firefox's translation models, in this machine's own processes."""

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TaskTimeout
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from services.translator.engine import Capabilities, Result
from services.translator.engines import firefox_worker
from services.translator.errors import BadPair, EngineTransient
from services.translator.models import ModelFiles, available, files_of
from shared.events import Language
from shared.telemetry import metrics

TARGET = "en"
# Enough that a worker finds its next sentence waiting, few enough that an article's time budget is looked at often.
SENTENCES_PER_WORKER = 4


class FirefoxEngine:
    """`fxtranslate` in a pool of spawned processes; a sentence that hangs costs its worker, and only itself.

    `folder`: the models' folder; `timeout`: seconds for one sentence; `memory_bytes`: address space of one worker;
    `most_models`: models a worker keeps loaded, about 50 MB each.
    """

    name = "firefox"

    def __init__(self, folder: Path | None, *, workers: int, timeout: float, memory_bytes: int, most_models: int) -> None:
        self._models = {model.src: model for model in available(folder) if model.trg == TARGET}
        self._files: dict[Language, ModelFiles] = {}
        for source, model in self._models.items():
            if files := files_of(model.path):
                self._files[source] = files
        self._workers, self._timeout = workers, timeout
        self._prepare = (memory_bytes, most_models)
        self._pool: ProcessPool | None = None
        self.capabilities = Capabilities(items=SENTENCES_PER_WORKER * workers)

    @property
    def languages(self) -> list[Language]:
        return sorted(self._files)

    def version(self, source: Language) -> str | None:
        return self._models[source].version if source in self._files else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        if source not in self._files:
            raise BadPair(f"no model from {source}")
        return list(await asyncio.gather(*(self._sentence(text, self._files[source]) for text in texts)))

    async def close(self) -> None:
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(self._pool.join)

    async def _sentence(self, text: str, files: ModelFiles) -> Result:
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(len(text))
        try:
            task = self._alive().schedule(firefox_worker.translate, args=[files, text], timeout=self._timeout)
            output, seconds = await asyncio.wrap_future(task)
        except TaskTimeout:
            metrics.WORKERS_KILLED.labels("translator", "timeout").inc()
            return EngineTransient(f"no answer within {self._timeout:g} s")
        except ProcessExpired as error:
            metrics.WORKERS_KILLED.labels("translator", "died").inc()
            return EngineTransient(f"the worker died: {error}")
        except (RuntimeError, OSError) as error:
            return EngineTransient(str(error))
        metrics.ENGINE_SECONDS.labels(self.name).inc(seconds)
        return output

    def _alive(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=self._workers,
                context=multiprocessing.get_context("spawn"),
                initializer=firefox_worker.prepare,
                initargs=self._prepare,
            )
        return self._pool
