"""One server on many ports: which site answers is told by the port that was asked."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from newsroom.timeline import Timeline

STOP_SECONDS = 1  # for answers under way; the slow drip would never end
BACKLOG = 128


class ByPort:
    """Hands each request to the app of the port it came in on."""

    def __init__(self, apps: Mapping[int, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[scope["server"][1]](scope, receive, send)


async def serve(apps: Mapping[int, ASGIApp], host: str, timeline: Timeline, interval: float | None) -> None:
    """Serves `apps` by port on `host` until told to stop; the rounds go on as `timeline.go_on(interval)` has it.

    Raises OSError when a port is taken.
    """
    config = uvicorn.Config(
        ByPort(apps), lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=STOP_SECONDS
    )
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(_bound(host, port)) for port in apps]
        rounds = asyncio.create_task(timeline.go_on(interval)) if interval else None
        try:
            await uvicorn.Server(config).serve(sockets=sockets)
        finally:
            if rounds:
                rounds.cancel()


def _bound(host: str, port: int) -> socket.socket:
    """Listening already, so that whoever comes second is told."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise OSError(f"port {port} of {host}: {error.strerror}") from error
    return bound
