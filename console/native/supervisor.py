"""The programs of the native stack under supervisord: restarted when they fall, stopped in order, and never left behind.

`up` starts supervisord, which starts everything else. When `up` dies, even by SIGKILL, the kernel tells supervisord, which
then stops all in order; when supervisord dies, the kernel tells each program (console/native/leash.py).
"""

import asyncio
import contextlib
import shlex
import signal
import sys
import tempfile
import time
import xmlrpc.client
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from console.native.account import leashed
from console.native.home import Home
from console.native.program import Program

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 108
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
# A program that ends at once is started again after 1, 2, 3 … seconds.
ATTEMPTS = 1_000
POLL_SECONDS = 0.25
FAILED_ATTEMPTS = 3  # at the start of all: then it will not work, and its log says why
TAIL_BYTES = 1500
GRACE_SECONDS = 15.0


class NotStarted(Exception):
    """A program does not come up; the message has the end of its log."""


class Supervisor:
    """Runs `groups`: each a list of programs that start and stop together; the first group is the last to be stopped."""

    def __init__(self, home: Home, groups: Mapping[str, Sequence[Program]], environment: Mapping[str, str]) -> None:
        self._home = home
        self._groups = groups
        self._environment = environment
        self._names = {program.name: group for group, programs in groups.items() for program in programs}
        self._process: asyncio.subprocess.Process | None = None
        self._stack = contextlib.ExitStack()
        self._socket = home.run / "supervisor.sock"
        self._complaints: deque[str] = deque(maxlen=10)
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Supervisor":
        if len(str(self._socket).encode()) > SOCKET_PATH_LIMIT:
            self._socket = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="babelwire-"))) / "s"
        self._socket.unlink(missing_ok=True)
        config = self._home.run / "supervisord.conf"
        config.write_text(configuration(self._groups, self._socket))
        self._process = await asyncio.create_subprocess_exec(
            *leashed([sys.executable, "-m", "supervisor.supervisord", "-c", str(config)]),
            cwd=self._home.run,
            env=dict(self._environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            # No file: on a full disk supervisord complains that it cannot write its logs, and dies if it cannot complain.
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the terminal reaches `up` alone, which stops the rest in order
            pass_fds=(self._home.lock,),
        )
        self._listening = asyncio.create_task(self._listen(self._process))
        while not self._socket.exists():
            if self._process.returncode is not None:
                await self._listening
                self._stack.close()
                raise NotStarted(f"supervisord does not start: {''.join(self._complaints)[:TAIL_BYTES]}")
            await asyncio.sleep(0.05)
        return self

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Keeps the last of what supervisord complains of."""
        assert process.stderr is not None
        while part := await process.stderr.read(4096):
            self._complaints.append(part.decode(errors="replace"))

    async def __aexit__(self, *exc: object) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        # One group after the other, the programs of a group at once.
        limit = sum(max(program.stop_seconds for program in programs) for programs in self._groups.values() if programs)
        try:
            async with asyncio.timeout(limit + GRACE_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._listening:
            self._listening.cancel()  # a program that was left behind would hold the pipe open
        self._stack.close()

    async def start(self, *programs: Program) -> None:
        """Starts programs; does not wait until they work."""
        for program in programs:
            await self._call("startProcess", self._full(program.name), False)

    async def stop(self, *programs: Program) -> None:
        """Stops programs in the order given, each in its own time."""
        for program in programs:
            await self._call("stopProcess", self._full(program.name), True)

    async def working(self, program: Program, seconds: float) -> float:
        """Waits until the program does its work; returns after how many seconds. Raises NotStarted."""
        begin, fallen = time.monotonic(), 0
        last = ""
        while not await program.healthy():
            state = (await self.states()).get(program.name, "UNKNOWN")
            fallen += state in ("BACKOFF", "FATAL", "EXITED") and state != last
            last = state
            if fallen >= FAILED_ATTEMPTS or state == "FATAL":
                raise NotStarted(f"{program.name} ends as soon as it is started; {self._end_of_log(program.name)}")
            if time.monotonic() - begin > seconds:
                raise NotStarted(f"{program.name} does not work after {seconds:.0f} s; {self._end_of_log(program.name)}")
            await asyncio.sleep(POLL_SECONDS)
        return time.monotonic() - begin

    async def states(self) -> dict[str, str]:
        """Program to supervisord's state of it: RUNNING, STARTING, BACKOFF, STOPPED …"""
        answer = await self._call("getAllProcessInfo")
        return {entry["name"]: entry["statename"] for entry in answer}

    def log(self, name: str) -> Path:
        return self._home.logs / f"{name}.log"

    def _end_of_log(self, name: str) -> str:
        text = self.log(name).read_bytes()[-TAIL_BYTES:].decode(errors="replace") if self.log(name).exists() else ""
        return f"the end of {self.log(name)}:\n{text.strip()}"

    def _full(self, name: str) -> str:
        return f"{self._names[name]}:{name}"

    async def _call(self, method: str, *arguments: Any) -> Any:
        """One RPC on a connection of its own, for the client is not safe between threads. Raises NotStarted."""

        def call() -> Any:
            transport = SupervisorTransport(None, None, f"unix://{self._socket}")
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
                return getattr(server.supervisor, method)(*arguments)

        try:
            return await asyncio.to_thread(call)
        except (OSError, xmlrpc.client.Error) as error:
            raise NotStarted(f"supervisord does not answer ({error}); see {self._home.logs / 'supervisord.log'}") from error


def configuration(groups: Mapping[str, Sequence[Program]], socket: Path) -> str:
    """supervisord's configuration for `groups`, relative to the folder `run`, where it works.

    Nothing starts by itself: `up` starts each program when its turn has come.
    """
    text = f"""\
[supervisord]
nodaemon = true
silent = true
logfile = ../logs/supervisord.log
logfile_maxbytes = {LOG_BYTES}
logfile_backups = {LOG_BACKUPS}
pidfile = supervisord.pid
childlogdir = ../logs
nocleanup = true

[unix_http_server]
file = {_plain(socket)}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    for priority, (group, programs) in enumerate(groups.items(), 1):
        if programs:
            text += f"\n[group:{group}]\nprograms = {','.join(p.name for p in programs)}\npriority = {priority}\n"
        for program in programs:
            text += _section(program)
    return text


def _section(program: Program) -> str:
    environment = ",".join(f"{name}={_quoted(value)}" for name, value in program.environment.items())
    return f"""
[program:{program.name}]
command = {_plain(shlex.join(program.command))}
directory = {_plain(program.folder)}
environment = {environment}
autostart = false
autorestart = true
startsecs = 2
startretries = {ATTEMPTS}
stopsignal = TERM
stopwaitsecs = {program.stop_seconds:.0f}
killasgroup = true
redirect_stderr = true
stdout_logfile = ../logs/{program.name}.log
stdout_logfile_maxbytes = {LOG_BYTES}
stdout_logfile_backups = {LOG_BACKUPS}
"""


def _plain(value: object) -> str:
    """A value in which supervisord shall expand nothing."""
    return str(value).replace("%", "%%")


def _quoted(value: str) -> str:
    return '"' + _plain(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
