"""An engine in one's hands: started, awaited, stopped, killed. For tests and for `engines up`; `babelwire up` has a supervisor."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from console.native import kafka, opensearch
from console.native.engines import find
from console.native.program import Program
from console.native.settings import NativeSettings

START_SECONDS = 120.0
POLL_SECONDS = 0.2


class NotStarted(Exception):
    """A program ended, or did not work in time; the message has the end of its log."""


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind((kafka.LOOPBACK, 0))
        return int(taken.getsockname()[1])


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
                env={**os.environ, **self._program.environment},
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


def kafka_engine(settings: NativeSettings, folder: Path) -> Engine:
    """A Kafka of its own on free ports, with its data in `folder`; not started. Raises NotInstalled."""
    port = free_port()
    return Engine(
        kafka.program(find(settings), folder, port, free_port(), settings.kafka_heap_mb),
        f"{kafka.LOOPBACK}:{port}",
        folder / "kafka.log",
    )


def opensearch_engine(settings: NativeSettings, folder: Path) -> Engine:
    """An OpenSearch of its own on free ports, with its data in `folder`; not started. Raises NotInstalled."""
    port = free_port()
    return Engine(
        opensearch.program(find(settings), folder, port, free_port(), settings.opensearch_heap_mb),
        f"http://{opensearch.LOOPBACK}:{port}",
        folder / "opensearch.log",
    )


@dataclass(frozen=True)
class Ports:
    kafka: int = 9092
    opensearch: int = 9200


def foreground(settings: NativeSettings) -> None:
    """Both engines on their usual ports, with their data in the home folder, until Ctrl-C."""
    engines, ports, data = find(settings), Ports(), settings.home / "data"
    programs = [
        (kafka.program(engines, data / "kafka", ports.kafka, free_port(), settings.kafka_heap_mb), f"127.0.0.1:{ports.kafka}"),
        (
            opensearch.program(engines, data / "opensearch", ports.opensearch, free_port(), settings.opensearch_heap_mb),
            f"http://127.0.0.1:{ports.opensearch}",
        ),
    ]
    running = [Engine(program, address, program.folder / f"{program.name}.log") for program, address in programs]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for engine, (program, address) in zip(running, programs, strict=True):
            engine.start()
            print(f"engines: {program.name} at {address}", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        for engine in running:
            engine.stop()
