"""Which ports the native stack takes."""

import socket
from collections.abc import Iterator

import pytest

from console.native import ports
from console.native.settings import UpSettings

FREE = UpSettings(kafka_port=0, opensearch_port=0, web_port=0, metrics_port=0, newsroom_port=0)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_in_use_is_named_with_its_owner_and_its_setting(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=rf"port {taken} \(Kafka\) is in use by .+ set BABELWIRE_UP_KAFKA_PORT"):
        ports.choose(FREE.model_copy(update={"kafka_port": taken}), services=1, demo=False)


def test_all_ports_in_use_are_named_at_once(taken: int) -> None:
    both = FREE.model_copy(update={"web_port": taken, "opensearch_port": taken})
    with pytest.raises(ports.PortTaken, match=r"OpenSearch.*; .*the reader"):
        ports.choose(both, services=1, demo=False)


def test_zero_chooses_free_ports_which_all_differ() -> None:
    chosen = ports.choose(FREE, services=6, demo=True)
    assert chosen.newsroom is not None
    one = [
        chosen.kafka,
        chosen.kafka_controller,
        chosen.opensearch,
        chosen.opensearch_transport,
        chosen.web,
        *chosen.metrics,
    ]
    assert len({*one, chosen.newsroom, *chosen.outlets}) == len(one) + 1 + ports.OUTLETS


def test_without_a_demo_no_port_is_asked_of_the_newsroom(taken: int) -> None:
    chosen = ports.choose(FREE.model_copy(update={"newsroom_port": taken}), services=1, demo=False)
    assert (chosen.newsroom, list(chosen.outlets)) == (None, [])


def test_ports_as_set_are_kept() -> None:
    (free,) = ports.free()
    assert ports.choose(FREE.model_copy(update={"web_port": free}), services=1, demo=False).web == free
