"""The folder of the native stack: who may use it now, and what lies where."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STOPPING_SECONDS = 90.0


class Occupied(Exception):
    """Another `babelwire up` works on the folder."""


class DiskFull(Exception):
    """Too little space to start."""


@dataclass(frozen=True)
class Home:
    """`lock` is an open file; who inherits its descriptor keeps the folder occupied."""

    folder: Path
    lock: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        return self.folder / "run"


def models_folder(folder: Path) -> Path:
    """Where the translator of the native stack finds its models, unless a setting names another place."""
    return folder / "models"


def services_file(folder: Path) -> Path:
    """There while a stack runs on `folder`: a JSON object, service to its address."""
    return folder / "run" / "services.json"


@contextmanager
def occupied(folder: Path, tell: Callable[[str], None]) -> Iterator[Home]:
    """The folder, for this process and its supervisor alone. Raises Occupied with the number of the process that has it.

    Waits for a supervisor whose `up` is gone and that is still stopping its programs.
    """

    for name in ("data", "logs", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "run" / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(lock, folder, tell)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield Home(folder, lock)
    finally:
        os.close(lock)


def _take(lock: int, folder: Path, tell: Callable[[str], None]) -> None:
    from psutil import pid_exists  # of the extra `native`, which containers do without; they ask for paths alone

    end, told = time.monotonic() + STOPPING_SECONDS, False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(lock, 20, 0).decode()
            if not owner or pid_exists(int(owner)) or time.monotonic() > end:
                raise Occupied(f"babelwire up already runs on {folder} (process {owner or 'unknown'})") from None
        if not told:
            tell("the last run is still stopping; waiting for it")
            told = True
        time.sleep(0.2)


def require_space(folder: Path, least_mb: int) -> None:
    """Raises DiskFull when the folder's disk has less than `least_mb` MiB free."""
    left = shutil.disk_usage(folder).free >> 20
    if left < least_mb:
        raise DiskFull(f"only {left} MiB are free on the disk of {folder}; {least_mb} MiB are needed (BABELWIRE_UP_FREE_MB)")
