import os
import sys
import time
from pathlib import Path

import psutil

from tests.bench.race.watching import Cost, watched

BURN = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
ENDLESS = "import subprocess, time\nprint(subprocess.Popen(['sleep', '60']).pid, flush=True)\ntime.sleep(60)"
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"


def run(program: str, log: Path, seconds: float = 20) -> Cost:
    return watched([sys.executable, "-c", program], dict(os.environ), log, seconds)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_the_time_of_a_child_counts(tmp_path: Path) -> None:
    cost = run(PARENT, tmp_path / "log")
    assert cost.ended == "ok"
    assert cost.cpu >= 0.4


def test_what_fails_says_how_it_ended(tmp_path: Path) -> None:
    assert run("raise SystemExit(3)", tmp_path / "log").ended == "exit 3"


def test_what_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    cost = run(ENDLESS, tmp_path / "log", 1)
    assert cost.ended == "timeout"
    assert cost.seconds < 10
    child = int((tmp_path / "log").read_text())
    until = time.monotonic() + 10  # killed it is, but on a busy machine not gone at once
    while not gone(child):
        assert time.monotonic() < until
        time.sleep(0.01)
