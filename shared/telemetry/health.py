"""`/metrics`, `/health/live` and `/health/ready`, the same in every service.

Live: the loop ticks and no item is past its deadline. Ready: can do its work now.
"""

import asyncio
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

STOP_SECONDS = 2.0  # for a scrape that is under way


class Probe(Protocol):
    """A part of a service that can tell how it is. Each answer is None when all is well, else why not."""

    def not_live(self) -> str | None: ...
    def not_ready(self) -> str | None: ...


def routes(probes: Sequence[Probe]) -> list[BaseRoute]:
    """The three routes; a health route answers 200 or 503 with the reasons."""

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def live(request: Request) -> Response:
        return _answer([probe.not_live() for probe in probes])

    async def ready(request: Request) -> Response:
        return _answer([probe.not_ready() for probe in probes])

    return [Route("/metrics", metrics), Route("/health/live", live), Route("/health/ready", ready)]


def _answer(reasons: list[str | None]) -> Response:
    found = [reason for reason in reasons if reason]
    return JSONResponse({"ok": not found, "reasons": found}, status_code=503 if found else 200)


class HealthServer:
    """Serves the three routes beside a service that has no HTTP of its own."""

    def __init__(self, listen: str, probes: Sequence[Probe]) -> None:
        self._server = server(Starlette(routes=routes(probes)), listen, STOP_SECONDS)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "HealthServer":
        self._task = asyncio.create_task(self._server.serve())
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.should_exit = True
        if self._task:
            await self._task


class _Server(uvicorn.Server):
    """Leaves the signals to the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: Starlette, listen: str, stop_seconds: float) -> uvicorn.Server:
    """A uvicorn server for `app` at `listen` (`host:port`) that leaves signals and logs alone. Told to stop, it gives
    answers under way `stop_seconds`: who takes his without end would keep it for ever."""
    host, _, port = listen.rpartition(":")
    return _Server(
        uvicorn.Config(
            app,
            host=host or "0.0.0.0",
            port=int(port),
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=math.ceil(stop_seconds),
        )
    )
