"""The registry of Firefox's translation models, as Remote Settings gives it: one record per file.

Two generations of records are read. The first (collection `translations-models`) has `fromLang` and `toLang`, and its
attachment is the file itself. The second (`translations-models-v2`) has `sourceLanguage` and `targetLanguage`, an
`architecture`, and its attachment is the file compressed with zstd; `decompressedHash` is of the file itself.

What a registry answers is somebody else's: a record that is not whole, names a place outside its folder or promises more
than a model can be is passed over.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LARGEST_FILE = 512 * 2**20  # the largest model there is has 60 MB
NEEDED = ({"model", "vocab"}, {"model", "srcvocab", "trgvocab"})
OPTIONAL = frozenset({"lex"})
# Of one version: the better ones first. What has no architecture is of the first generation.
ARCHITECTURES = ("base-memory", "base", "", "tiny")
# Other generations of files need another engine.
LEAST_MAJOR, MOST_MAJOR = 1, 3

_FILE = re.compile(r"(model|vocab|srcvocab|trgvocab|lex)\.[\w.-]{1,100}\.(bin|spm)", re.ASCII)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?", re.ASCII)
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,6})(?:\.(\d{1,6}))?(?:(a|b|beta|rc)(\d{0,6}))?", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")


class NoRegistry(Exception):
    """The answer is not a list of records."""


@dataclass(frozen=True)
class File:
    """One file of a model. `size` and `sha256` are of what is downloaded from `location`, `plain_sha256` of the file itself
    where that was compressed."""

    kind: str
    name: str
    location: str
    size: int
    sha256: str
    plain_sha256: str | None = None


@dataclass(frozen=True)
class Offer:
    """A whole model that can be pulled. `src` and `trg` as folders have them: `pt`, `zh_hans`."""

    src: str
    trg: str
    version: str
    architecture: str
    files: tuple[File, ...]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.src}-{self.trg}"

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


class _Attachment(BaseModel):
    model_config = ConfigDict(extra="ignore")

    location: str = Field(min_length=1, max_length=1000)
    size: int = Field(gt=0, le=LARGEST_FILE)
    hash: str


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(max_length=200)
    fileType: str  # noqa: N815, the registry's own names
    version: str = Field(max_length=40)
    source: str
    target: str
    architecture: str | None = Field(default=None, max_length=40)
    decompressedHash: str | None = None  # noqa: N815
    attachment: _Attachment


def offers(body: bytes | str) -> list[Offer]:
    """The best whole model of each pair in a registry's answer, sorted by pair. Raises NoRegistry."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoRegistry(f"the registry's answer is no JSON: {error}") from error
    records = data.get("data", data.get("changes")) if isinstance(data, dict) else data
    if not isinstance(records, list):
        raise NoRegistry("the registry's answer has no list of records")
    best: dict[str, Offer] = {}
    for offer in _whole(records):
        standing = best.get(offer.name)
        if standing is None or _rank(offer) > _rank(standing):
            best[offer.name] = offer
    return [best[name] for name in sorted(best)]


def wanted(language: str, trg: str, given: Iterable[Offer]) -> Offer | None:
    """The model from `language` to `trg`. Where a language has several scripts and none is named, the first of them:
    `zh` is `zh_hans` before `zh_hant`."""
    folder = _folder(language)
    fitting = [offer for offer in given if offer.trg == trg and folder in (offer.src, offer.src.partition("_")[0])]
    return min(fitting, key=lambda offer: (offer.src != folder, offer.src), default=None)


def _whole(records: Iterable[object]) -> Iterator[Offer]:
    groups: dict[tuple[str, str, str, str], dict[str, File]] = defaultdict(dict)
    for record in records:
        if (read := _read(record)) is not None:
            key, file = read
            groups[key].setdefault(file.kind, file)
    for (src, trg, version, architecture), files in groups.items():
        # A vocabulary for both sides and one for each do not go together; the pair is what CJK models have.
        needed = next((needed for needed in reversed(NEEDED) if needed <= files.keys()), None)
        if needed:
            chosen = [files[kind] for kind in sorted(files) if kind in needed | OPTIONAL]
            yield Offer(src, trg, version, architecture, tuple(chosen))


def _read(record: object) -> tuple[tuple[str, str, str, str], File] | None:
    if not isinstance(record, dict):
        return None
    languages = {
        "source": record.get("sourceLanguage", record.get("fromLang")),
        "target": record.get("targetLanguage", record.get("toLang")),
    }
    try:
        found = _Record.model_validate({**record, **languages})
    except ValidationError:
        return None
    src, trg, major = _folder(found.source), _folder(found.target), _major(found.version)
    named = _FILE.fullmatch(found.name.removesuffix(".zst"))
    sums = [found.attachment.hash, found.decompressedHash or found.attachment.hash]
    if not (src and trg and major and named and all(map(_HASH.fullmatch, sums))):
        return None
    # Models that estimate quality, and whatever else there may be, are not for this engine.
    if named[1] != found.fileType:
        return None
    file = File(
        found.fileType, named[0], found.attachment.location, found.attachment.size, found.attachment.hash,
        found.decompressedHash,
    )  # fmt: skip
    return (src, trg, found.version, found.architecture or ""), file


def _folder(language: str) -> str:
    """`zh-Hans` as `zh_hans`; empty for what is no language."""
    found = _LANGUAGE.fullmatch(language)
    return "_".join(part.lower() for part in found.groups() if part) if found else ""


def _major(version: str) -> bool:
    found = _VERSION.fullmatch(version)
    return found is not None and LEAST_MAJOR <= int(found[1]) <= MOST_MAJOR


def _rank(offer: Offer) -> tuple[tuple[int, ...], int]:
    found = _VERSION.fullmatch(offer.version)
    assert found
    final = found[4] is None  # 2.0 is after 2.0a3
    numbers = (int(found[1]), int(found[2]), int(found[3] or 0), final, int(found[5] or 0))
    known = offer.architecture in ARCHITECTURES
    return numbers, -ARCHITECTURES.index(offer.architecture) if known else -len(ARCHITECTURES)
