"""Putting models into their folder so that a translator at work sees either none of a model or all of it.

What arrives is made ready in `.incoming` beside the models, on the same disk, and then gets its name at once.
"""

import fcntl
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from services.translator.models import PAIR, files_of
from services.translator.registry import LARGEST_FILE

INCOMING = ".incoming"
MOST_FILES = 2_000
_SUFFIXES = (".bin", ".spm")


class Unusable(Exception):
    """What was given holds no model that could be used; the message says why."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else brings models into `folder` meanwhile. Raises Unusable where somebody already does; OSError."""
    (folder / INCOMING).mkdir(parents=True, exist_ok=True)
    with (folder / INCOMING / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unusable(f"somebody else is bringing models into {folder} just now") from error
        yield


def incoming(folder: Path, name: str) -> Path:
    """Where the model `name` is made ready; what an earlier try left there stays."""
    place = folder / INCOMING / name
    place.mkdir(parents=True, exist_ok=True)
    return place


def place(ready: Path, folder: Path, name: str) -> Path:
    """Gives the model in `ready` its place `folder/name`, instead of whatever has it. Raises Unusable where it is not whole;
    OSError."""
    if files_of(ready) is None:
        raise Unusable(f"{name} is no whole model: {', '.join(sorted(path.name for path in ready.iterdir())) or 'empty'}")
    target = folder / name
    old = folder / INCOMING / f"{name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)  # a folder cannot take another's name; for this moment there is none
    ready.rename(target)
    for left in (old, *(folder / INCOMING).glob(f"{name}-*")):  # what was begun of other versions
        shutil.rmtree(left, ignore_errors=True)
    return target


def bring_in(given: Path, folder: Path) -> list[Path]:
    """Copies every whole model found in `given`, a folder or an archive (tar, zip), into `folder`. Returns their places.

    Only files that a model may have are looked at, by their last names; an archive cannot write anywhere else. Raises
    Unusable; OSError.
    """
    with _opened(given) as found:
        models: dict[PurePosixPath, list[PurePosixPath]] = {}
        for path in found.names():
            if path.suffix in _SUFFIXES:
                models.setdefault(path.parent, []).append(path)
        placed = [one for parent, names in sorted(models.items()) if (one := _bring(found, parent, names, given, folder))]
    if not placed:
        raise Unusable(f"{given} holds no whole model in a folder named after its pair, such as pt-en")
    return placed


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[PurePosixPath]:
        files = (path for path in self._root.rglob("*") if path.is_file())
        return [PurePosixPath(path.relative_to(self._root)) for _, path in zip(range(MOST_FILES), files, strict=False)]

    def open(self, name: PurePosixPath) -> IO[bytes]:
        return (self._root / name).open("rb")


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {
            PurePosixPath(info.filename): info
            for info in archive.infolist()[:MOST_FILES]
            if not info.is_dir() and stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
        }

    def names(self) -> list[PurePosixPath]:
        return list(self._members)

    def open(self, name: PurePosixPath) -> IO[bytes]:
        return self._archive.open(self._members[name])


class _Tar:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        members = (member for _, member in zip(range(MOST_FILES), archive, strict=False))
        self._members = {PurePosixPath(member.name): member for member in members if member.isreg()}

    def names(self) -> list[PurePosixPath]:
        return list(self._members)

    def open(self, name: PurePosixPath) -> IO[bytes]:
        opened = self._archive.extractfile(self._members[name])
        assert opened
        return opened


@contextmanager
def _opened(given: Path) -> Iterator[_Folder | _Zip | _Tar]:
    try:
        if given.is_dir():
            yield _Folder(given)
        elif zipfile.is_zipfile(given):
            with zipfile.ZipFile(given) as archive:
                yield _Zip(archive)
        else:
            with tarfile.open(given) as tar:
                yield _Tar(tar)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unusable(f"{given} is no folder and no archive that can be read: {' '.join(str(error).split())}") from error


def _bring(
    found: _Folder | _Zip | _Tar, parent: PurePosixPath, names: list[PurePosixPath], given: Path, folder: Path
) -> Path | None:
    # The files of one model may lie at the top of what was given; then that is named after the pair.
    name = parent.name or given.name.split(".")[0]
    if not PAIR.fullmatch(name):
        return None
    ready = incoming(folder, f"{name}.import")
    shutil.rmtree(ready)
    ready.mkdir()
    try:
        for path in names:
            with found.open(path) as source, (ready / path.name).open("wb") as target:
                _copy(source, target, path)
        return place(ready, folder, name) if files_of(ready) else None
    finally:
        shutil.rmtree(ready, ignore_errors=True)


def _copy(source: IO[bytes], target: IO[bytes], path: PurePosixPath) -> None:
    size = 0
    while chunk := source.read(1 << 20):
        size += len(chunk)
        if size > LARGEST_FILE:
            raise Unusable(f"{path} is larger than any file of a model")
        target.write(chunk)
