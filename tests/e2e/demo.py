"""`babelwire up --demo` as a user runs it, in a folder and on ports of its own."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from console.native.settings import NativeSettings

READER = re.compile(r"read at (http://\S+)/")
PORTS = ("KAFKA", "OPENSEARCH", "WEB", "METRICS", "NEWSROOM")
STOPPING_SECONDS = 90


@dataclass
class Up:
    """A running `babelwire up`; `lines` are what it has printed so far."""

    process: asyncio.subprocess.Process
    command: list[str]
    lines: list[str] = field(default_factory=list)
    reader: str = ""
    family: set[psutil.Process] = field(default_factory=set)

    async def stop(self) -> int:
        """Ctrl-C; its exit status."""
        self.family |= set(psutil.Process(self.process.pid).children(recursive=True))
        self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), STOPPING_SECONDS)

    def left_behind(self) -> list[psutil.Process]:
        """Processes that it started and that are still there."""
        return [one for one in self.family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "console.main", "up", "--demo", *arguments]


def environment(home: Path, newsroom_port: int, **settings: str) -> dict[str, str]:
    """Free ports but the newsroom's: the addresses of its articles must stay what they are from one run to the next."""
    free = {f"BABELWIRE_UP_{name}_PORT": "0" for name in PORTS}
    own = {"BABELWIRE_HOME": str(home), "BABELWIRE_ENGINES": str(NativeSettings().engines_folder)}
    return os.environ | free | own | {"BABELWIRE_UP_NEWSROOM_PORT": str(newsroom_port)} | settings


@asynccontextmanager
async def live(environment: dict[str, str]) -> AsyncIterator[Up]:
    """`up --demo`, from when the reader's address is printed."""
    process = await asyncio.create_subprocess_exec(
        *command(), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    up = Up(process, command())
    told = asyncio.Event()
    following = asyncio.create_task(_follow(up, told))
    try:
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({waiting, following}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        assert up.reader, "\n".join(up.lines)
        yield up
    finally:
        if process.returncode is None:
            await up.stop()
        await following


async def once(environment: dict[str, str]) -> tuple[int, dict[str, Any], str]:
    """`up --demo --once --json`: its exit status, its summary and what it said meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *command("--once", "--json"), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        output, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), STOPPING_SECONDS)
    assert process.returncode is not None
    lines = output.decode().splitlines()
    assert lines, said.decode()
    return process.returncode, json.loads(lines[-1]), said.decode()


async def _follow(up: Up, told: asyncio.Event) -> None:
    assert up.process.stdout is not None
    async for line in up.process.stdout:
        up.lines.append(line.decode().rstrip())
        if found := READER.search(up.lines[-1]):
            up.reader = found[1]
            told.set()
