"""A translation service on the loopback interface that keeps what it was asked and answers what it is told to."""

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Say = Callable[["Asked"], Response]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    body: Any


@dataclass
class Service:
    url: str
    say: Say
    asked: list[Asked] = field(default_factory=list)

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    def fails(self, status: int, body: Any = None, **headers: str) -> None:
        """From now on it answers so."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.say = lambda _: JSONResponse(body, status, names)


@contextmanager
def serving() -> Iterator[Service]:
    """A service in a thread of its own, so that one serves all tests of a module, whatever loops they run in."""
    service = Service("", lambda _: Response(status_code=500))

    async def answer(request: Request) -> Response:
        raw = await request.body()
        is_json = "json" in request.headers["content-type"]
        body = json.loads(raw) if is_json else dict(parse_qsl(raw.decode()))
        service.asked.append(Asked(request.url.path, dict(request.query_params), dict(request.headers), raw, body))
        return service.say(service.last)

    handler: Callable[[Request], Awaitable[Response]] = answer
    app = Starlette(routes=[Route("/{path:path}", handler, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        service.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            yield service
        finally:
            server.should_exit = True
            thread.join()
