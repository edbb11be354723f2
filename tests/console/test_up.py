"""What keeps `babelwire up` from starting is told in one line. That it runs is tried in tests/e2e."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from console import stack
from console.native.home import DiskFull, occupied
from console.native.ports import LOOPBACK
from tests.console.commands import babelwire

ANY_PORT = {f"BABELWIRE_UP_{name}_PORT": "0" for name in ("KAFKA", "OPENSEARCH", "WEB", "METRICS", "NEWSROOM")}


def refusal(home: Path, env: Mapping[str, str] | None = None, *arguments: str) -> str:
    """The one line that `up` ends with."""
    result = babelwire("up", *arguments, env={**ANY_PORT, "BABELWIRE_HOME": str(home), **(env or {})})
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    return line


def test_a_port_in_use_is_told_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        line = refusal(tmp_path, {"BABELWIRE_UP_WEB_PORT": str(port)})
    assert line.startswith(f"babelwire: port {port} (the reader) is in use")
    assert "BABELWIRE_UP_WEB_PORT" in line


def test_a_second_run_on_one_folder_is_refused(tmp_path: Path) -> None:
    with occupied(tmp_path, lambda text: None):
        line = refusal(tmp_path)
    assert line == f"babelwire: babelwire up already runs on {tmp_path} (process {os.getpid()})"


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    line = refusal(tmp_path, {"BABELWIRE_UP_FREE_MB": str(1 << 40)})
    assert f"MiB are free on the disk of {tmp_path}" in line


def test_engines_that_are_not_installed_are_told_with_what_installs_them(tmp_path: Path) -> None:
    line = refusal(tmp_path, {"BABELWIRE_ENGINES": str(tmp_path / "none")})
    assert line.endswith("run `make setup`")


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in refusal(tmp_path / "file" / "home")


def test_a_list_that_is_not_there_is_asked_for_wrongly(tmp_path: Path) -> None:
    assert babelwire("up", "--sources", tmp_path / "missing.opml").exit_code == 2


def test_a_download_without_a_network_is_told_in_one_line(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")
    command = [sys.executable, "-m", "console.native", "install"]
    environment = os.environ | nowhere | {"BABELWIRE_HOME": str(tmp_path), "BABELWIRE_ENGINES": str(tmp_path / "engines")}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "cannot be downloaded" in line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "[Errno 28] No space left on device"),
        (DiskFull("only 3 MiB are free"), "only 3 MiB are free"),
        (
            subprocess.CalledProcessError(2, ["java", "format"], stderr=b"starting\nno such cluster\n"),
            "format: no such cluster",
        ),
        (subprocess.CalledProcessError(2, ["java", "format"]), "format: status 2"),
    ],
)
def test_a_fault_is_one_line(error: Exception, line: str, tmp_path: Path) -> None:
    assert stack.told(error, tmp_path) == line
