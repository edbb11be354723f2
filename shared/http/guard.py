"""Which addresses may be connected to: public ones, and those the operator allows.

A name is resolved here and the connection goes to the very address that was checked, so that a name that answers
differently the second time (DNS rebinding) gains nothing. IPv6 forms that carry an IPv4 address (mapped, 6to4, Teredo,
NAT64) are judged by that address.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpcore

from shared.errors import Ended, State

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

PRIVATE = "private address"
RESOLVER_THREADS = 32  # a slow name server must not hold up the names of others
TRIED_ADDRESSES = 3  # of one name, one after the other
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HOST_PORTS = re.compile(r"^\[?(?P<host>[^\[\]]+?)\]?:(?P<low>\d{1,5})(?:-(?P<high>\d{1,5}))?$")


@dataclass(frozen=True)
class Allowed:
    """One rule of the allow-list: a network or a host name, and the ports on it."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None
    name: str | None
    low: int = 0
    high: int = 65_535

    @classmethod
    def parse(cls, rule: str) -> "Allowed":
        """`10.0.0.0/8`, `127.0.0.1:8101-8112`, `[::1]:8080`, `intranet.example:80`. Raises ValueError."""
        network = _network(rule)
        if network is not None:
            return cls(network, None)
        match = _HOST_PORTS.match(rule)
        if match is None:
            raise ValueError(f"neither a network nor host:port: {rule!r}")
        low = int(match["low"])
        high = int(match["high"] or low)
        if not low <= high <= 65_535:
            raise ValueError(f"impossible ports: {rule!r}")
        network = _network(match["host"])
        return cls(network, None if network else match["host"].lower(), low, high)

    def covers(self, host: str, address: IPAddress | None, port: int) -> bool:
        if not self.low <= port <= self.high:
            return False
        if self.network is None:
            return host == self.name
        return address is not None and address in self.network


def allow_list(rules: str) -> tuple[Allowed, ...]:
    """The comma-separated `rules`. Raises ValueError."""
    return tuple(Allowed.parse(rule.strip()) for rule in rules.split(",") if rule.strip())


def literal_address(host: str) -> IPAddress | None:
    """The address that `host` spells, in any of the forms that the C library understands (`127.1`, `0x7f000001`)."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host)) if host.isascii() else None
    except OSError:
        return None


def is_public(address: IPAddress) -> bool:
    """Whether `address`, or the IPv4 address it stands for, is one of the open internet."""
    stands_for = _stands_for(address)
    if stands_for is not None:
        return is_public(stands_for)
    return address.is_global and not address.is_multicast and not address.is_reserved


class AddressGuard:
    """Refuses addresses by raising Ended(blocked, "private address")."""

    def __init__(self, allowed: Iterable[Allowed] = (), resolve: Resolve | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolver = None if resolve else ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver")
        self._resolve = resolve or self._ask_system

    def check_literal(self, host: str, port: int) -> None:
        """Refuses `host` where it spells an address, or names this machine; all that can be known behind a proxy."""
        address = literal_address(host)
        if address is not None:
            self._check(host, address, port)
        elif (host == "localhost" or host.endswith(".localhost")) and not self.allows(host, None, port):
            raise Ended(State.BLOCKED, PRIVATE)

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be connected to, at least one. Raises OSError when there is no such name."""
        host = host.lower()
        literal = literal_address(host)
        found = [str(literal)] if literal is not None else await self._resolve(host, port)
        permitted = [one for one in found if self._permits(host, ipaddress.ip_address(one), port)]
        if found and not permitted:
            raise Ended(State.BLOCKED, PRIVATE)
        return permitted[:TRIED_ADDRESSES]

    def allows(self, host: str, address: IPAddress | None, port: int) -> bool:
        """Whether the operator's allow-list names it."""
        return any(rule.covers(host.lower(), address, port) for rule in self._allowed)

    def close(self) -> None:
        if self._resolver:
            self._resolver.shutdown(wait=False, cancel_futures=True)

    def _permits(self, host: str, address: IPAddress, port: int) -> bool:
        return is_public(address) or self.allows(host, address, port)

    def _check(self, host: str, address: IPAddress, port: int) -> None:
        if not self._permits(host, address, port):
            raise Ended(State.BLOCKED, PRIVATE)

    async def _ask_system(self, host: str, port: int) -> list[str]:
        answers = await asyncio.get_running_loop().run_in_executor(
            self._resolver, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._guard.addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no address for {host}") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no address for {host}: {error}") from error
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in addresses:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise Ended(State.BLOCKED, PRIVATE)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _stands_for(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo, or NAT64 (RFC 6052)."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
