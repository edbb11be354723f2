"""The engines as published in Maven Central: which, pinned by which checksum, and how they come here.

The lock files beside this module are jgo's; they are written by `python -m console.native lock` and hold every
artifact with its SHA-256. Nothing is resolved at install time, and a file that differs from its checksum is refused.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from jgo.env import LockedDependency, LockFile
from jgo.maven import Artifact, MavenContext, PythonResolver
from jgo.util import http
from requests import RequestException

HERE = Path(__file__).parent
KAFKA_LOCK = HERE / "kafka.lock.toml"
OPENSEARCH_LOCK = HERE / "opensearch.lock.toml"

KAFKA = ("org.apache.kafka:kafka_2.13:4.3.0", "org.slf4j:slf4j-simple:2.0.17")
OPENSEARCH = (
    "org.opensearch.distribution.integ-test-zip:opensearch:3.6.0::zip",
    "org.opensearch.plugin:opensearch-job-scheduler:3.6.0.0::zip",
    "org.opensearch.plugin:opensearch-knn:3.6.0.0::zip",
    "com.ibm.icu:icu4j:77.1",
    "com.ibm.icu:icu4j-localespi:77.1",
)

TIMEOUT_SECONDS = 60
CHUNK = 1 << 16
Progress = Callable[[str, int, int], None]
"""Called with file name, bytes so far, bytes in all."""


class NotDownloaded(Exception):
    """An artifact could not be had, or is not what the lock says."""


class Resuming(PythonResolver):
    """Goes on where a broken download stopped, and shows a file under its name only when it is whole."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def download(self, artifact: Artifact) -> Path:
        goal = _place(artifact)
        part = goal.with_name(goal.name + ".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        for base in artifact.context.remote_repos.values():
            there = part.stat().st_size if part.exists() else 0
            try:
                answer = http.get(
                    f"{base}/{artifact.component.path_prefix.as_posix()}/{artifact.filename}",
                    headers={"Range": f"bytes={there}-"} if there else {},
                    stream=True,
                    timeout=artifact.context.timeout,
                )
                if answer.status_code not in (200, 206):
                    continue
                there = there if answer.status_code == 206 else 0
                total = there + int(answer.headers.get("content-length", 0))
                with part.open("ab" if there else "wb") as file:
                    for chunk in answer.iter_content(CHUNK):
                        file.write(chunk)
                        there += len(chunk)
                        self._progress(goal.name, there, total)
            except (RequestException, OSError) as error:
                reason = str(error).partition("\n")[0][:200]
                raise NotDownloaded(f"{artifact} cannot be downloaded ({type(error).__name__}: {reason})") from error
            if total and there != total:
                raise NotDownloaded(f"{artifact} came incomplete; run again to go on")
            return part.replace(goal)
        raise NotDownloaded(f"{artifact} is not in the repositories asked")


def context(folder: Path, progress: Progress) -> MavenContext:
    """Maven Central (or what jgo's own settings name), cached in `folder`."""
    return MavenContext(resolver=Resuming(progress), repo_cache=folder, timeout=TIMEOUT_SECONDS)


def locked(lock: Path) -> list[LockedDependency]:
    """The artifacts that a lock file names."""
    found: list[LockedDependency] = LockFile.load(lock).dependencies
    return found


def place(entry: LockedDependency, maven: MavenContext) -> Path:
    """Where the file of a locked artifact lies once it is fetched."""
    return _place(_artifact(entry, maven))


def fetch(entry: LockedDependency, maven: MavenContext) -> Path:
    """The file of one locked artifact, downloaded unless it is there.

    Raises NotDownloaded when it cannot be had or differs from the lock's checksum.
    """
    path = _artifact(entry, maven).resolve()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.sha256:
        path.unlink()
        raise NotDownloaded(
            f"{path.name} is not what {entry.groupId} published: checksum {digest[:12]}…, deleted; run again"
        )
    return path


def lock(folder: Path, progress: Progress) -> None:
    """Resolves KAFKA with all it depends on and OPENSEARCH as it is, and writes both lock files."""
    maven = context(folder, progress)
    inputs, transitive = maven.resolver.resolve([maven.create_dependency(name) for name in KAFKA])
    needed = [dep for dep in (*inputs, *transitive) if dep.scope not in ("test", "provided")]
    _write(KAFKA_LOCK, LockFile.from_resolved_dependencies(needed, environment_name="kafka"))
    plain = [maven.create_dependency(name) for name in OPENSEARCH]
    _write(OPENSEARCH_LOCK, LockFile.from_resolved_dependencies(plain, environment_name="opensearch"))


def _artifact(entry: LockedDependency, maven: MavenContext) -> Artifact:
    component = maven.project(entry.groupId, entry.artifactId).at_version(entry.version)
    return component.artifact(entry.classifier or "", entry.packaging)


def _place(artifact: Artifact) -> Path:
    path = artifact.cached_path
    assert path is not None  # a context without a folder; ours has one
    return path


def _write(path: Path, lock_file: LockFile) -> None:
    lock_file.dependencies.sort(key=lambda entry: (entry.groupId, entry.artifactId))
    lock_file.save(path)
