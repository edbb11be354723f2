"""Downloads: whole or not at all, continued where they broke, and never other than the lock says. A server on loopback."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jgo.env import LockedDependency
from jgo.maven import MavenContext

from console.native import artifacts

BODY = bytes(range(256)) * 4_000


class Repository(ThreadingHTTPServer):
    """Serves BODY for every path; the first `breaks` answers stop half-way."""

    breaks = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        rest = BODY[int(asked.removeprefix("bytes=").rstrip("-")) :] if asked else BODY
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if self.server.breaks:
            self.server.breaks -= 1
            rest = rest[: len(rest) // 2]
        self.wfile.write(rest)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def maven(port: int, folder: Path) -> MavenContext:
    found = artifacts.context(folder, lambda name, done, total: None)
    found.remote_repos = {"test": f"http://127.0.0.1:{port}"}
    return found


def entry(digest: str = hashlib.sha256(BODY).hexdigest()) -> LockedDependency:
    return LockedDependency("org.example", "thing", "1.0", packaging="zip", sha256=digest)


def test_an_artifact_is_downloaded_once(repository: Repository, tmp_path: Path) -> None:
    for _ in range(2):
        assert artifacts.fetch(entry(), maven(repository.server_port, tmp_path)).read_bytes() == BODY
    assert repository.ranges == [None]


def test_a_broken_download_is_told_and_goes_on_where_it_stopped(repository: Repository, tmp_path: Path) -> None:
    repository.breaks = 1
    with pytest.raises(artifacts.NotDownloaded) as told:
        artifacts.fetch(entry(), maven(repository.server_port, tmp_path))
    assert "\n" not in str(told.value)
    assert not list(tmp_path.rglob("*.zip"))
    assert artifacts.fetch(entry(), maven(repository.server_port, tmp_path)).read_bytes() == BODY
    begin = int((repository.ranges[1] or "bytes=0-").removeprefix("bytes=").rstrip("-"))
    assert 0 < begin <= len(BODY) // 2


def test_what_differs_from_the_lock_is_refused_and_removed(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(artifacts.NotDownloaded, match=r"is not what org\.example published:"):
        artifacts.fetch(entry("0" * 64), maven(repository.server_port, tmp_path))
    assert not list(tmp_path.rglob("*.zip"))


def test_a_missing_network_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(artifacts.NotDownloaded, match=r"cannot be downloaded \(ConnectionError") as told:
            artifacts.fetch(entry(), maven(closed.getsockname()[1], tmp_path))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("lock", [artifacts.KAFKA_LOCK, artifacts.OPENSEARCH_LOCK])
def test_the_locks_pin_every_artifact_by_checksum_and_record_no_address(lock: Path) -> None:
    assert all(one.sha256 and len(one.sha256) == 64 for one in artifacts.locked(lock))
    assert "://" not in lock.read_text()


def test_the_locks_hold_the_versions_that_the_code_asks_for() -> None:
    held = {f"{one.groupId}:{one.artifactId}:{one.version}" for one in artifacts.locked(artifacts.OPENSEARCH_LOCK)}
    assert held == {name.partition("::")[0] for name in artifacts.OPENSEARCH}
    held = {f"{one.groupId}:{one.artifactId}:{one.version}" for one in artifacts.locked(artifacts.KAFKA_LOCK)}
    assert set(artifacts.KAFKA) <= held
