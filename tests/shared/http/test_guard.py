"""Which addresses may be connected to."""

import ipaddress

import httpcore
import pytest

from shared.errors import Ended, State
from shared.http.guard import AddressGuard, GuardedBackend, allow_list, is_public, literal_address
from tests.shared.http.loopback import loopback

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::127.0.0.1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "2002:808:808::"]


def answering(*addresses: str) -> AddressGuard:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return AddressGuard(resolve=resolve)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_told_in_all_their_forms(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "127.0.0.1"])
def test_an_address_is_read_in_every_spelling_that_the_c_library_takes(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert address.is_loopback


@pytest.mark.parametrize("host", ["example.org", "1.example.org", "köln.example", ""])
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


async def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    with pytest.raises(Ended) as ended:
        await answering("10.0.0.1", "::1").addresses("innocent.example", 80)
    assert (ended.value.state, ended.value.reason) == (State.BLOCKED, "private address")


async def test_of_mixed_addresses_only_the_public_ones_are_used() -> None:
    assert await answering("10.0.0.1", "8.8.8.8", "127.0.0.1").addresses("mixed.example", 80) == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("rules", "host", "port", "allowed"),
    [
        ("127.0.0.1:8101-8112", "127.0.0.1", 8101, True),
        ("127.0.0.1:8101-8112", "127.0.0.1", 8112, True),
        ("127.0.0.1:8101-8112", "127.0.0.1", 8113, False),
        ("127.0.0.1:8101-8112", "127.0.0.2", 8101, False),
        ("10.0.0.0/8", "10.9.9.9", 12345, True),
        ("10.0.0.0/8", "11.0.0.1", 80, True),  # public anyway
        ("10.0.0.0/8:80", "10.0.0.1", 81, False),
        ("[::1]:9000", "::1", 9000, True),
        ("::1/128", "::1", 1, True),
        ("127.0.0.1:80, 10.0.0.0/8", "10.0.0.1", 80, True),
        ("intranet.example:8080", "intranet.example", 8080, True),
        ("intranet.example:8080", "other.example", 8080, False),
        ("", "127.0.0.1", 80, False),
    ],
)
async def test_the_allow_list_opens_what_it_names_and_nothing_else(rules: str, host: str, port: int, allowed: bool) -> None:
    async def resolve(name: str, at: int) -> list[str]:
        return ["192.168.7.7"]

    guard = AddressGuard(allow_list(rules), resolve)
    if allowed:
        assert await guard.addresses(host, port)
    else:
        with pytest.raises(Ended):
            await guard.addresses(host, port)


@pytest.mark.parametrize("rule", ["nonsense", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:90-80", "300.1.1.1/8"])
def test_an_impossible_rule_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"neither|impossible"):
        allow_list(rule)


def test_behind_a_proxy_what_an_address_bar_shows_is_checked() -> None:
    guard = AddressGuard()
    for host in ("127.0.0.1", "localhost", "x.localhost", "169.254.169.254", "2130706433"):
        with pytest.raises(Ended):
            guard.check_literal(host, 80)
    guard.check_literal("example.org", 80)
    AddressGuard(allow_list("127.0.0.1:80,localhost:81")).check_literal("127.0.0.1", 80)
    AddressGuard(allow_list("127.0.0.1:80,localhost:81")).check_literal("localhost", 81)


async def test_the_connection_goes_to_the_address_that_was_checked_even_if_the_name_answers_otherwise_then() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    async with loopback() as server:
        guard = AddressGuard(allow_list("127.0.0.0/8"), rebinding)
        stream = await GuardedBackend(guard).connect_tcp("rebinding.example", server.port, timeout=5)
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
        await stream.aclose()
        with pytest.raises(Ended):
            await GuardedBackend(guard).connect_tcp("rebinding.example", server.port, timeout=5)
    assert asked == ["rebinding.example"] * 2


async def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async with loopback() as server:
        stream = await GuardedBackend(AddressGuard(allow_list("127.0.0.0/8"), two)).connect_tcp(
            "two.example", server.port, 5
        )
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
        await stream.aclose()


async def test_a_name_that_does_not_exist_is_a_connection_error() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(httpcore.ConnectError, match="no address"):
        await GuardedBackend(AddressGuard(resolve=nobody)).connect_tcp("nobody.example", 80)
