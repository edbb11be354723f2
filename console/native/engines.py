"""The engines on this machine: downloaded once, unpacked, with a Java to run them."""

import fcntl
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.native import artifacts, java
from console.native.account import closed_to_others, engines_account, open_to_all
from console.native.settings import NativeSettings

STAMP = "installed"
LAYOUT = b"1"  # raised when what is unpacked where changes
DISTRIBUTION = "org.opensearch.distribution.integ-test-zip"
PLUGINS = "org.opensearch.plugin"

# Java's first compiler only: it halves the CPU of a start (OpenSearch: 8 in place of 16 core-seconds), and the engines of a
# laptop start often and idle mostly. Containers do without, and so do benchmarks: what runs for long runs at half the speed.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")


class NotInstalled(Exception):
    """The engines are not here, or are of another version than the checkout wants."""


@dataclass(frozen=True)
class Engines:
    """What is installed: the home of a Java with the options it is to have, Kafka's class path, OpenSearch's folder."""

    java: Path
    java_options: tuple[str, ...]
    kafka_jars: tuple[Path, ...]
    opensearch: Path


def find(settings: NativeSettings) -> Engines:
    """The installed engines. Raises NotInstalled."""
    folder = settings.engines_folder
    stamp, home = folder / STAMP, _java(folder)
    if not stamp.exists() or stamp.read_text() != wanted() or not home.exists():
        raise NotInstalled(f"the engines are not in {folder}: run `make setup`")
    maven = artifacts.context(folder / "repository", lambda name, done, total: None)
    jars = tuple(artifacts.place(entry, maven) for entry in artifacts.locked(artifacts.KAFKA_LOCK))
    return Engines(home, QUICK_START if settings.engines_quick else (), jars, folder / _opensearch_name())


def wanted() -> str:
    """Names what the checkout wants installed: a digest of both locks and of how they are unpacked."""
    return hashlib.sha256(LAYOUT + artifacts.KAFKA_LOCK.read_bytes() + artifacts.OPENSEARCH_LOCK.read_bytes()).hexdigest()[
        :16
    ]


def install(settings: NativeSettings, progress: artifacts.Progress) -> bool:
    """Downloads and unpacks what is missing. Returns whether anything was to do.

    Raises artifacts.NotDownloaded or account.Unreachable.
    """
    folder = settings.engines_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        try:
            find(settings)
        except NotInstalled:
            pass
        else:
            return False
        maven = artifacts.context(folder / "repository", progress)
        for entry in artifacts.locked(artifacts.KAFKA_LOCK):
            artifacts.fetch(entry, maven)
        files = {(e.groupId, e.artifactId): artifacts.fetch(e, maven) for e in artifacts.locked(artifacts.OPENSEARCH_LOCK)}
        _unpack(files, folder / _opensearch_name())
        if not (home := _java(folder)).exists():
            _copy(java.find(), home)
        open_to_all(folder)
        (folder / STAMP).write_text(wanted())
        return True


def _opensearch_name() -> str:
    return f"opensearch-{wanted()}"


def _unpack(files: dict[tuple[str, str], Path], goal: Path) -> None:
    """The distribution with its plugins under `plugins/` and the ICU jars in `lib/`, in one step under its name."""
    if goal.exists():
        return
    with tempfile.TemporaryDirectory(dir=goal.parent, prefix="unpacking-") as temporary:
        work = Path(temporary)
        for (group, _), file in files.items():
            if group == DISTRIBUTION:
                _extract(file, work)
        (home,) = work.iterdir()
        for (group, artifact), file in files.items():
            if group == PLUGINS:
                _extract(file, home / "plugins" / artifact)
            elif group != DISTRIBUTION:
                shutil.copy(file, home / "lib")
        home.replace(goal)


def _extract(archive: Path, folder: Path) -> None:
    """Unlike ZipFile.extractall, keeps the files executable that are."""
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            path = Path(file.extract(member, folder))
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)


def _java(folder: Path) -> Path:
    """The Java to use; a copy where the engines' account could not reach the original (a checkout in root's home)."""
    home = java.find()
    if engines_account() is None or closed_to_others(home) is None:
        return home
    return folder / f"java-{java.version(home)}"


def _copy(folder: Path, goal: Path) -> None:
    part = goal.with_name(goal.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(folder, part)
    part.replace(goal)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
