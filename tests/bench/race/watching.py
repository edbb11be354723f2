"""What a command costs, its children included."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Cost:
    """Of one command. `cpu` in seconds, of it and all it started; `peak_mib`: most memory of them together, as sampled."""

    seconds: float
    cpu: float
    peak_mib: float
    ended: str


def family_seconds(pid: int) -> float:
    """Processor seconds of a process and its children until now, those it waited for included."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(one.cpu_times()[:4]) for one in family)


def watched(command: list[str], environment: dict[str, str], log: Path, most_seconds: float) -> Cost:
    """Runs `command`, kills it and its children after `most_seconds`. `ended`: ok, timeout, or its exit status."""
    began = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    sampler = _Sampler(process.pid)
    timer = threading.Timer(most_seconds, sampler.end_all)
    sampler.start()
    timer.start()
    # wait4 knows the time of all descendants that were waited for, those too that lived too briefly to be sampled.
    _, status, used = os.wait4(process.pid, 0)
    timer.cancel()
    sampler.done.set()
    sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    ended = "timeout" if sampler.ended else "ok" if process.returncode == 0 else f"exit {process.returncode}"
    return Cost(time.perf_counter() - began, max(used.ru_utime + used.ru_stime, sampler.cpu()), sampler.peak / 2**20, ended)


class _Sampler(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.ended = False
        self.peak = 0
        self._pid = pid
        self._spent: dict[int, float] = {}

    def run(self) -> None:
        while not self.done.wait(SAMPLE_SECONDS):
            resident = 0
            for process in self._family():
                with contextlib.suppress(psutil.Error):
                    resident += process.memory_info().rss
                    spent = process.cpu_times()
                    self._spent[process.pid] = spent.user + spent.system
            self.peak = max(self.peak, resident)

    def cpu(self) -> float:
        """Seconds as last seen: where a command was killed, nobody waited for its children."""
        return sum(self._spent.values())

    def end_all(self) -> None:
        self.ended = True
        for process in reversed(self._family()):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)

    def _family(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self._pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []
