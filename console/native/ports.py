"""Which ports the native stack uses, and whether they are free."""

import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import psutil

from console.native.settings import UpSettings

LOOPBACK = "127.0.0.1"
OUTLETS = 20  # ports kept for the newsroom's outlets
TRIES = 50
BELOW = range(20_000, 32_000)  # below those that systems give to outgoing connections


class PortTaken(Exception):
    """Someone listens there already."""


@dataclass(frozen=True)
class Ports:
    """`metrics` has one for each service that has no HTTP of its own; `newsroom` is None without a demo, else its control
    port, and the outlets have the next ones."""

    kafka: int
    kafka_controller: int
    opensearch: int
    opensearch_transport: int
    web: int
    metrics: tuple[int, ...]
    newsroom: int | None = None

    @property
    def outlets(self) -> range:
        """Where the newsroom's outlets may listen."""
        return range(0) if self.newsroom is None else range(self.newsroom + 1, self.newsroom + 1 + OUTLETS)


def choose(settings: UpSettings, services: int, demo: bool) -> Ports:
    """The ports as set, free ones for those set to 0. Raises PortTaken, naming all that are taken and by whom."""
    taken = [
        f"port {port} ({name}) is in use{_by(port)}: end that, or set BABELWIRE_UP_{variable}"
        for name, variable, port in _fixed(settings, services, demo)
        if not _free(port)
    ]
    if taken:
        raise PortTaken("; ".join(taken))
    kafka, kafka_controller, opensearch, opensearch_transport, web, *metrics = spare = free(5 + services)
    return Ports(
        kafka=settings.kafka_port or kafka,
        kafka_controller=kafka_controller,
        opensearch=settings.opensearch_port or opensearch,
        opensearch_transport=opensearch_transport,
        web=settings.web_port or web,
        metrics=tuple(settings.metrics_port + n for n in range(services)) if settings.metrics_port else tuple(metrics),
        newsroom=(settings.newsroom_port or free_block(1 + OUTLETS, beside=spare)) if demo else None,
    )


def free(count: int = 1) -> tuple[int, ...]:
    """Ports of the loopback that nobody listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return tuple(int(one.getsockname()[1]) for one in sockets)


def free_block(count: int, beside: Sequence[int] = ()) -> int:
    """The first of `count` ports in a row that are free, those of `beside` not among them, and that no outgoing connection
    is given meanwhile. Raises PortTaken when there seems to be no such row."""
    for _ in range(TRIES):
        first = random.randrange(BELOW.start, BELOW.stop - count)  # noqa: S311
        row = range(first, first + count)
        if not any(port in row for port in beside) and all(map(_free, row)):
            return first
    raise PortTaken(f"there are no {count} free ports in a row")


def _fixed(settings: UpSettings, services: int, demo: bool) -> Iterator[tuple[str, str, int]]:
    yield from (
        (name, variable, port)
        for name, variable, port in (
            ("Kafka", "KAFKA_PORT", settings.kafka_port),
            ("OpenSearch", "OPENSEARCH_PORT", settings.opensearch_port),
            ("the reader", "WEB_PORT", settings.web_port),
        )
        if port
    )
    if settings.metrics_port:
        yield from (("metrics", "METRICS_PORT", settings.metrics_port + n) for n in range(services))
    if demo and settings.newsroom_port:
        yield from (("the newsroom", "NEWSROOM_PORT", settings.newsroom_port + n) for n in range(1 + OUTLETS))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only lingers in TIME_WAIT is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _by(port: int) -> str:
    """` by NAME (process N)` where the system tells."""
    try:
        for connection in psutil.net_connections("tcp"):
            here = connection.laddr and connection.laddr.port == port
            if here and connection.status == psutil.CONN_LISTEN and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
