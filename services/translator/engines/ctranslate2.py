"""CTranslate2 models in this machine's own processes: Argos packages, and OPUS-MT models as its converter leaves them.

The libraries come with `pip install babelwire[ctranslate2]`: they are larger than everything else together, and Firefox's
models need none of them.
"""

import importlib.util
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.translator.engine import Capabilities, Result
from services.translator.engines import ctranslate2_worker
from services.translator.errors import BadPair, EngineTransient
from services.translator.models import LOOK_SECONDS, SAME, fingerprint
from shared.events import Language
from shared.telemetry import metrics
from shared.workers import Killed, Workers

TARGET = "en"
# A batch is translated at once and costs its worker together; large enough to fill the processor's registers.
ITEMS = 16
SECONDS_EACH = 4  # sentences of a batch that the time for one is enough for, at least
LEAST_MIB = 2048  # address space: the library alone maps half of it
_OPUS = re.compile(r"(?:opus-mt-)?(?P<src>[a-z]{2,3})[-_]?(?P<trg>[a-z]{2})")


@dataclass(frozen=True)
class Package:
    """A model with its two vocabularies, which an Argos package has in one. `version` changes with the model's bytes."""

    version: str
    model: Path
    source_vocabulary: Path
    target_vocabulary: Path


def packages(folder: Path) -> dict[Language, Package]:
    """Every whole package in `folder` that translates into English, by language; of several the first by name."""
    found: dict[Language, Package] = {}
    try:
        places = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:  # not there, or not now: a volume may come back
        return {}
    for path in places:
        read = _argos(path) or _opus(path)
        if read:
            found.setdefault(SAME.get(read[0], read[0]), read[1])
    return found


def _argos(path: Path) -> tuple[Language, Package] | None:
    try:
        told = json.loads((path / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("to_code") != TARGET or not isinstance(told.get("from_code"), str):
        return None
    vocabulary = path / "sentencepiece.model"
    return _whole(told["from_code"], path / "model", vocabulary, vocabulary)


def _opus(path: Path) -> tuple[Language, Package] | None:
    pair = _OPUS.fullmatch(path.name)
    if pair is None or pair["trg"] != TARGET:
        return None
    return _whole(pair["src"], path, path / "source.spm", path / "target.spm")


def _whole(source: Language, model: Path, theirs: Path, ours: Path) -> tuple[Language, Package] | None:
    if not (theirs.is_file() and ours.is_file()):
        return None
    try:
        return source, Package(fingerprint(model / "model.bin"), model, theirs, ours)
    except OSError:  # it is just being replaced, or not whole
        return None


class CTranslate2Engine:
    """`ctranslate2` in a pool of spawned processes. `folder`: the packages' folder; `timeout`: seconds for a few sentences;
    `mib`: address space of one worker; `most_models`: models a worker keeps loaded."""

    name = "ctranslate2"

    def __init__(self, folder: Path, *, workers: int, timeout: float, mib: int, most_models: int) -> None:
        if not all(importlib.util.find_spec(name) for name in ("ctranslate2", "sentencepiece")):
            raise ValueError("ctranslate2 is not installed: pip install babelwire[ctranslate2]")
        self._folder = folder
        self._looked = -LOOK_SECONDS
        self._packages: dict[Language, Package] = {}
        seconds = timeout * ITEMS / SECONDS_EACH
        self._workers = Workers(
            "translator",
            workers,
            seconds=seconds,
            mib=max(mib, LEAST_MIB),
            prepare=partial(ctranslate2_worker.keep, most_models),
        )
        self.close = self._workers.close
        self.capabilities = Capabilities(items=ITEMS)

    def version(self, source: Language) -> str | None:
        package = self._shelf().get(source)
        return package.version if package else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        package = self._shelf().get(source)
        if package is None:
            raise BadPair(f"no model from {source}")
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(sum(map(len, texts)))
        places = (str(package.model), str(package.source_vocabulary), str(package.target_vocabulary))
        outputs: list[str]
        try:
            outputs, seconds = await self._workers.run(ctranslate2_worker.translate, package.version, places, list(texts))
        except Killed as killed:
            raise EngineTransient(f"the engine {killed}") from None
        except (RuntimeError, OSError, ValueError) as error:
            raise EngineTransient(str(error)) from error
        metrics.ENGINE_SECONDS.labels(self.name).inc(seconds)
        return list(outputs)

    def _shelf(self) -> dict[Language, Package]:
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked, self._packages = now, packages(self._folder)
        return self._packages
