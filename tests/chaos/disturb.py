"""What befalls the programs of the native stack, by a seed: killed, or stopped for a while as if they hung."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from console.native.services import SERVICES

# How each program is known by its command line. The newsroom and `up` itself are not disturbed: they stand for the world.
ENGINES = {"kafka": "kafka.Kafka", "opensearch": "org.opensearch.bootstrap.OpenSearch"}
VICTIMS = (*SERVICES, *ENGINES)
LONGEST_STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Blow:
    """`stopped` None: SIGKILL; else SIGSTOP for so many seconds."""

    victim: str
    after: float
    stopped: float | None

    def __str__(self) -> str:
        what = "killed" if self.stopped is None else f"stopped for {self.stopped:.0f} s"
        return f"{self.victim} {what}"


def blows(seed: int, pause: float) -> Iterator[Blow]:
    """An endless row of blows, about `pause` seconds apart; equal for equal seeds."""
    chance = random.Random(seed)
    while True:
        stopped = None if chance.random() < 0.6 else chance.uniform(3, LONGEST_STOP_SECONDS)
        yield Blow(chance.choice(VICTIMS), chance.uniform(0.3, 1.7) * pause, stopped)


async def strike(blow: Blow, up: int) -> bool:
    """Deals `blow` to the stack whose `babelwire up` has the process id `up`; False where the victim is not running."""
    victim = find(up, blow.victim)
    if victim is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        if blow.stopped is None:
            victim.kill()
            return True
        family = [victim, *victim.children(recursive=True)]
        each(family, psutil.Process.suspend)
        try:
            await asyncio.sleep(blow.stopped)
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


def each(processes: list[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            do(process)
