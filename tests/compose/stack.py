"""docker compose, as a test uses it: a project of its own, on free ports."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tests.deploy.files import ROOT

PROJECT = "babelwire-test"
COMPOSE = ["docker", "compose", "-p", PROJECT, "-f", "docker-compose.yml", "-f", "tests/compose/trial.yml"]
UP_SECONDS = 900  # with images to build and, on a fresh machine, to pull
POLL_SECONDS = 1.0

T = TypeVar("T")


def missing() -> str | None:
    """Why no containers can be run here, if so."""
    if not shutil.which("docker"):
        return "no docker here"
    for needed in (["docker", "compose", "version"], ["docker", "info"]):
        answer = subprocess.run(needed, capture_output=True, text=True, timeout=60)
        if answer.returncode:
            return f"`{' '.join(needed)}` fails: {answer.stderr.strip().splitlines()[-1:]}"
    return None


def _free_addresses(count: int) -> list[str]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in held]
    for one in held:
        one.close()
    return addresses


@dataclass(frozen=True)
class State:
    """Of one container."""

    service: str
    status: str
    health: str | None
    exit_code: int
    out_of_memory: bool
    restarts: int
    finished_at: str


@dataclass(frozen=True)
class Stack:
    """The checkout's docker-compose.yml as a project of its own. Its commands raise CalledProcessError."""

    web: str
    prometheus: str
    grafana: str
    environment: dict[str, str] = field(repr=False)

    @classmethod
    def make(cls) -> "Stack":
        web, prometheus, grafana, alertmanager = _free_addresses(4)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BABELWIRE_", "COMPOSE_"))}
        own = {"WEB_ADDRESS": web, "PROMETHEUS_ADDRESS": prometheus, "GRAFANA_ADDRESS": grafana}
        own["ALERTMANAGER_ADDRESS"] = alertmanager
        return cls(f"http://{web}", f"http://{prometheus}", f"http://{grafana}", kept | own)

    def compose(self, *arguments: str, given: str = "", seconds: float = 120) -> str:
        """Its output, of `given` as its input."""
        return self._run([*COMPOSE, "--profile", "demo", "--profile", "monitoring", *arguments], seconds, given)

    def up(self, *arguments: str, demo: bool = False) -> None:
        profile = ["--profile", "monitoring", *(["--profile", "demo"] if demo else [])]
        self._run([*COMPOSE, *profile, "up", "-d", "--wait", *arguments], UP_SECONDS)

    def lose(self, service: str) -> None:
        """The container, and the volume of its name with all that was in it."""
        self.compose("rm", "-sf", service)
        self._run(["docker", "volume", "rm", f"{PROJECT}_{service}"], 60)

    def address(self, service: str, port: int) -> str:
        """Where this machine reaches `port` of a container."""
        return f"http://{self.compose('port', service, str(port)).strip()}"

    def states(self) -> dict[str, State]:
        """Service to the state of its container, ended ones among them."""
        ids = self.compose("ps", "-aq").split()
        found = json.loads(self._run(["docker", "inspect", *ids], 60)) if ids else []
        return {state.service: state for state in map(_state, found)}

    def _run(self, command: list[str], seconds: float, given: str = "") -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=given, capture_output=True, text=True, timeout=seconds
        )
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-8000:], sep="\n")
        done.check_returncode()
        return done.stdout


def _state(container: dict[str, Any]) -> State:
    state = container["State"]
    return State(
        service=container["Config"]["Labels"]["com.docker.compose.service"],
        status=state["Status"],
        health=(state.get("Health") or {}).get("Status"),
        exit_code=state["ExitCode"],
        out_of_memory=state["OOMKilled"],
        restarts=container["RestartCount"],
        finished_at=state["FinishedAt"],
    )


def eventually(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """What `look` returns once that is something; a failed assertion after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except httpx.TransportError:
            found = None
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(POLL_SECONDS)
