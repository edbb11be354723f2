"""Programs start, come back when they fall, stop in order, and never outlive the stack. Real processes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from console.native.account import leashed
from console.native.home import occupied
from console.native.program import Program
from console.native.supervisor import NotStarted, Supervisor, configuration

# Says in a file when it starts and when it ends; notes its process id.
WORKER = """
import os, signal, sys, time
name, folder = sys.argv[1:]
log = open(f"{folder}/story", "a", buffering=1)
def stop(*_):
    time.sleep(0.3)
    log.write(f"stop {name}\\n")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
log.write(f"start {name}\\n")
open(f"{folder}/{name}.pid", "w").write(str(os.getpid()))
time.sleep(300)
"""

# `babelwire up` in small: supervises one worker until it is killed.
UP = """
import asyncio, os, sys
from pathlib import Path
from console.native.home import occupied
from console.native.supervisor import Supervisor
from tests.console.native.test_supervisor import worker
async def main(folder):
    with occupied(folder, print) as home:
        programs = [worker("one", folder), worker("two", folder)]
        async with Supervisor(home, {"all": programs}, dict(os.environ)) as supervisor:
            await supervisor.start(*programs)
            await asyncio.gather(*(supervisor.working(program, 20) for program in programs))
            print("works", flush=True)
            await asyncio.sleep(300)
asyncio.run(main(Path(sys.argv[1])))
"""


def worker(name: str, folder: Path, code: str = WORKER) -> Program:
    async def healthy() -> bool:
        return (folder / f"{name}.pid").exists()

    script = folder / f"{name}.py"
    script.write_text(code)
    return Program(name, tuple(leashed([sys.executable, str(script), name, str(folder)])), folder, healthy, stop_seconds=5)


def silent(text: str) -> None: ...


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def test_groups_stop_last_first_and_the_programs_of_a_group_at_once(tmp_path: Path) -> None:
    engine, one, two = (worker(name, tmp_path) for name in ("engine", "one", "two"))
    with occupied(tmp_path, silent) as home:
        async with Supervisor(home, {"engines": [engine], "services": [one, two]}, dict(os.environ)) as supervisor:
            await supervisor.start(engine, one, two)
            for program in (engine, one, two):
                await supervisor.working(program, 20)
    story = (tmp_path / "story").read_text().split("\n")
    assert set(story[:3]) == {"start engine", "start one", "start two"}
    assert (set(story[3:5]), story[5]) == ({"stop one", "stop two"}, "stop engine")


async def test_a_program_that_falls_is_started_again(tmp_path: Path) -> None:
    program = worker("one", tmp_path)
    with occupied(tmp_path, silent) as home:
        async with Supervisor(home, {"all": [program]}, dict(os.environ)) as supervisor:
            await supervisor.start(program)
            await supervisor.working(program, 20)
            os.kill(int((tmp_path / "one.pid").read_text()), signal.SIGKILL)
            await until(lambda: (tmp_path / "story").read_text().count("start one") == 2)


async def test_a_program_that_never_works_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = worker("broken", tmp_path, "raise SystemExit('setting BABELWIRE_X is missing')")
    with occupied(tmp_path, silent) as home:
        async with Supervisor(home, {"all": [broken]}, dict(os.environ)) as supervisor:
            await supervisor.start(broken)
            with pytest.raises(NotStarted, match=r"(?s)broken ends as soon as it is started.*BABELWIRE_X is missing"):
                await supervisor.working(broken, 30)


@pytest.mark.parametrize("victim", ["up", "supervisord"])
async def test_nothing_outlives_a_stack_that_is_killed(tmp_path: Path, victim: str) -> None:
    up = subprocess.Popen([sys.executable, "-c", UP, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert up.stdout is not None
        assert up.stdout.readline() == b"works\n"
        family = psutil.Process(up.pid).children(recursive=True)
        assert len(family) == 3  # supervisord and two workers
        os.kill(up.pid if victim == "up" else int((tmp_path / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
        await until(lambda: not any(process.is_running() and process.status() != "zombie" for process in family))
        assert (tmp_path / "story").read_text().count("stop") == 2  # each in order, by SIGTERM
    finally:
        up.kill()
        up.communicate()


async def test_a_home_with_a_long_or_odd_name_serves_as_well(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / '100% odd, "name" [1]'
    folder.mkdir(parents=True)
    program = worker("one", folder)
    with occupied(folder, silent) as home:
        async with Supervisor(home, {"all": [program]}, dict(os.environ)) as supervisor:
            await supervisor.start(program)
            assert await supervisor.working(program, 20) < 20


def test_a_program_s_environment_survives_the_configuration(tmp_path: Path) -> None:
    program = Program("one", ("true",), tmp_path, worker("one", tmp_path).healthy, {"A": 'b"c%d\\'})
    assert r'environment = A="b\"c%%d\\"' in configuration({"all": [program]}, tmp_path / "s")
