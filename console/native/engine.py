"""An engine in one's hands: started, awaited, stopped, killed. For tests and for `python -m console.native up`;
`babelwire up` has a supervisor instead."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from console.native import kafka, opensearch
from console.native.engines import find
from console.native.ports import LOOPBACK, free
from console.native.program import Program
from console.native.settings import NativeSettings, UpSettings, inherited

START_SECONDS = 120.0
POLL_SECONDS = 0.2


class NotStarted(Exception):
    """A program ended, or did not work in time; the message has the end of its log."""


class Engine:
    """Runs one Program. `log` gets what it prints."""

    def __init__(self, program: Program, address: str, log: Path) -> None:
        self.address = address
        self._program = program
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the running process. Raises AttributeError before the start."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Starts the engine and returns when it works. Raises NotStarted."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._program.command,
                cwd=self._program.folder,
                env={**inherited(), **self._program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        asyncio.run(self._working())

    async def _working(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while not await self._program.healthy():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                tail = self._log.read_text(errors="replace")[-2000:]
                raise NotStarted(f"{self._program.name} does not start; the end of {self._log}:\n{tail}")
            await asyncio.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ends the engine in order; kills it when it takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self._program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def kafka_engine(settings: NativeSettings, folder: Path, port: int = 0) -> Engine:
    """A Kafka, not started, with its data in `folder`; at a free port unless one is given. Raises NotInstalled."""
    port = port or free()[0]
    return Engine(
        kafka.program(find(settings), folder, port, free()[0], settings.kafka_heap_mb),
        f"{LOOPBACK}:{port}",
        folder / "kafka.log",
    )


def opensearch_engine(settings: NativeSettings, folder: Path, port: int = 0) -> Engine:
    """An OpenSearch, not started, with its data in `folder`; at a free port unless one is given. Raises NotInstalled."""
    port = port or free()[0]
    return Engine(
        opensearch.program(find(settings), folder, port, free()[0], settings.opensearch_heap_mb),
        f"http://{LOOPBACK}:{port}",
        folder / "opensearch.log",
    )


def foreground(settings: NativeSettings) -> None:
    """Both engines on their usual ports, with their data in the home folder, until Ctrl-C."""
    ports, data = UpSettings(), settings.home / "data"
    running = [
        kafka_engine(settings, data / "kafka", ports.kafka_port),
        opensearch_engine(settings, data / "opensearch", ports.opensearch_port),
    ]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for engine in running:
            engine.start()
            print(f"engines: {engine.address}", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        for engine in running:
            engine.stop()
