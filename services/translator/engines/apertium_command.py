"""Apertium by its command line (Debian's packages `apertium`, `apertium-eng-spa`, …): a gist without a server beside us.

Starting the pipeline takes a third of a second whatever it is given, so a whole request goes through one, its texts as
paragraphs: nothing of one changes the grammar of the next.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from services.translator.engine import Capabilities, Result
from services.translator.engines.apertium import LANGUAGES
from services.translator.errors import BadOutput, BadPair, EngineTransient
from shared.events import Language
from shared.telemetry import metrics

LIMITS = Capabilities(items=64, characters=20_000)
START_SECONDS = 10.0
# Older packages have the language's two letters in their direction.
DIRECTIONS = {source: (f"{code}-eng", f"{source}-en") for source, code in LANGUAGES.items()}
GAP = "\n\n"
# Bytes are UTF-8 to it only where the locale says so.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


class ApertiumCommand:
    """`command` is its path or name; `seconds` is the longest for one request, whose processes are killed then. Languages
    are those whose packages were installed at the start. Raises ValueError where there is no such command, or no such
    package."""

    name = "apertium"
    capabilities = LIMITS

    def __init__(self, command: str, *, seconds: float) -> None:
        self._command, self._seconds = command, seconds
        # The command is a shell script: it finds its programs beside itself or in the system's places.
        beside = Path(shutil.which(command) or command).resolve().parent
        self._environment = ENVIRONMENT | {"PATH": f"{beside}{os.pathsep}{os.defpath}"}
        known = self._said("-l").split()
        self._directions = {
            source: direction for source, names in DIRECTIONS.items() for direction in names if direction in known
        }
        if not self._directions:
            raise ValueError(f"{command} has no package that translates into English")
        self._version = " ".join(self._said("-V").split()[-1:])

    def version(self, source: Language) -> str | None:
        return f"{self._version} {self._directions[source]}" if source in self._directions else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        direction = self._directions.get(source)
        if direction is None:
            raise BadPair(source)
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(sum(map(len, texts)))
        started = time.perf_counter()
        try:
            answers = (await self._run(direction, GAP.join(" ".join(text.split()) for text in texts))).split(GAP)
        finally:
            metrics.ENGINE_SECONDS.labels(self.name).inc(time.perf_counter() - started)
        if len(answers) != len(texts):
            raise BadOutput(f"{self.name}: {len(answers)} answers to {len(texts)} texts")
        return [answer.strip() for answer in answers]

    async def close(self) -> None: ...

    def _said(self, option: str) -> str:
        try:
            done = subprocess.run(
                [self._command, option],
                env=self._environment, capture_output=True, timeout=START_SECONDS, text=True, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ValueError(f"{self._command} cannot be run: {type(error).__name__}") from error
        return done.stdout

    async def _run(self, direction: str, text: str) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                self._command, "-u", "-f", "txt", direction, env=self._environment, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise EngineTransient(f"{self.name}: {type(error).__name__}") from error
        try:
            async with asyncio.timeout(self._seconds):
                output, _ = await process.communicate(text.encode(errors="replace"))
        except TimeoutError as error:
            raise EngineTransient(f"{self.name}: no answer in {self._seconds:g} s") from error
        finally:
            await _ended(process)
        if process.returncode:
            raise EngineTransient(f"{self.name}: ended with {process.returncode}")
        return output.decode(errors="replace")


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Kills what still runs: the command is a shell with a pipeline of a dozen processes, one session of their own."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
