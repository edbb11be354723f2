"""What befalls the native stack, by a seed: its programs are killed, or stopped as if they hung; the engines are cut off
from the network; the disk is full.

Cutting takes iptables and the full disk a file system of its own, so both take root; without, the others happen alone.
"""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from console.native.services import SERVICES

# How each program is known by its command line. The newsroom and `up` itself are not disturbed: they stand for the world.
ENGINES = {"kafka": "kafka.Kafka", "opensearch": "org.opensearch.bootstrap.OpenSearch"}
VICTIMS = (*SERVICES, *ENGINES)
LONGEST_SECONDS = 20.0
DISK_MIB = 3072
Kind = Literal["killed", "stopped", "cut off", "full"]


@dataclass(frozen=True)
class Blow:
    """What happens to `victim`, `after` seconds after the one before, and for how many `seconds` it lasts (0: killed)."""

    victim: str
    kind: Kind
    after: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.victim} {self.kind}" + (f" for {self.seconds:.0f} s" if self.seconds else "")


def blows(seed: int, pause: float) -> Iterator[Blow]:
    """An endless row of blows, about `pause` seconds apart; equal for equal seeds."""
    chance = random.Random(seed)
    while True:
        kind: Kind = chance.choices(("killed", "stopped", "cut off", "full"), (55, 30, 10, 5))[0]
        victim = {"cut off": chance.choice(list(ENGINES)), "full": "the disk"}.get(kind, chance.choice(VICTIMS))
        yield Blow(
            victim, kind, chance.uniform(0.3, 1.7) * pause, 0 if kind == "killed" else chance.uniform(3, LONGEST_SECONDS)
        )


async def strike(blow: Blow, up: int, home: Path) -> bool:
    """Deals `blow` to the stack in `home` whose `babelwire up` has the process id `up`; False where it cannot be dealt: the
    victim is not running, or we may not."""
    if blow.kind == "full":
        return await fill(home, blow.seconds)
    victim = find(up, blow.victim)
    if victim is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        if blow.kind == "killed":
            victim.kill()
            return True
        if blow.kind == "cut off":
            return await cut_off(listening(victim), blow.seconds)
        family = [victim, *victim.children(recursive=True)]
        each(family, psutil.Process.suspend)
        try:
            await asyncio.sleep(blow.seconds)
        finally:
            each(family, psutil.Process.resume)
        return True
    return False


def find(up: int, name: str) -> psutil.Process | None:
    """The running program `name` among the descendants of `up`."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(up).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                module = words[words.index("-m") + 1] if "-m" in words[:-1] else ""
                if module == f"services.{name}" or ENGINES.get(name) in words:
                    return process
    return None


def listening(process: psutil.Process) -> list[int]:
    """The ports at which `process` can be reached."""
    return sorted({each.laddr.port for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN})


async def cut_off(ports: list[int], seconds: float) -> bool:
    """For `seconds` whatever is sent to these ports of this machine is dropped."""
    if os.geteuid() or not shutil.which("iptables"):
        return False
    rules = [["OUTPUT", "-o", "lo", "-p", "tcp", "--dport", str(port), "-j", "DROP"] for port in ports]
    made = []
    try:
        for rule in rules:
            if subprocess.run(["iptables", "-w", "5", "-I", *rule], capture_output=True).returncode == 0:
                made.append(rule)
        if made:
            await asyncio.sleep(seconds)
    finally:
        for rule in made:
            subprocess.run(["iptables", "-w", "5", "-D", *rule], capture_output=True, check=True)
    return bool(made)


@contextlib.contextmanager
def own_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own for `folder`, in memory, so that it can be filled; False where we may not mount one."""
    made = not os.geteuid() and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "chaos", str(folder)], capture_output=True
    ).returncode  # fmt: skip
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=True)


async def fill(home: Path, seconds: float) -> bool:
    """Takes all space of the disk of `home` for `seconds`, if that disk is its own."""
    if not home.is_mount():
        return False
    ballast = home / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(home).free)
        await asyncio.sleep(seconds)
    finally:
        ballast.unlink(missing_ok=True)
    return True


def each(processes: list[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            do(process)
