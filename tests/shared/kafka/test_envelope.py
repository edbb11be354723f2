"""Messages on the wire."""

from collections.abc import Sequence

import pytest
import zstandard

from shared import clock
from shared.errors import Poison
from shared.events import FetchRequest, Page
from shared.ids import url_id
from shared.kafka import envelope

URL = "https://gazeta.example/a"
PAGE = Page(
    url_id=url_id(URL), url=URL, source_id="s", final_url=URL, content_type="text/html; charset=utf-8",
    discovered_at=clock.now(), fetched_at=clock.now(), body="<p>Notícia</p>".encode() * 1000,
)  # fmt: skip
REQUEST = FetchRequest(
    url_id=url_id(URL), url=URL, source_id="s", kind="article", reason="discovered", discovered_at=clock.now()
)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def sealed(event: Page | FetchRequest) -> envelope.Sealed:
    return envelope.seal(event, ce_id="id-1", source="test", at=clock.now(), traceparent=TRACE)


@pytest.mark.parametrize("event", [PAGE, REQUEST], ids=["page", "request"])
def test_an_event_comes_back_as_it_went(event: Page | FetchRequest) -> None:
    message = sealed(event)
    opened = envelope.open_message(message.value, message.headers)
    assert opened.event == event
    assert (opened.ce_id, opened.attempt, opened.traceparent) == ("id-1", 1, TRACE)


def test_a_page_travels_compressed_and_its_fields_in_one_header() -> None:
    message = sealed(PAGE)
    assert len(message.value) < len(PAGE.body) / 10
    assert envelope.text(message.headers, "content-encoding") == "zstd"
    assert URL in (envelope.text(message.headers, "page") or "")


def test_headers_follow_the_cloudevents_binding() -> None:
    names = [name for name, _ in sealed(REQUEST).headers]
    assert {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "traceparent"} <= set(names)


GOOD = sealed(REQUEST)


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (None, GOOD.headers),
        (b"{", GOOD.headers),
        (b"[]", GOOD.headers),
        (b"\xff\xfe", GOOD.headers),
        (GOOD.value, []),
        (GOOD.value, [*GOOD.headers, ("note", b"\xff\xfe")]),
        (GOOD.value, [*GOOD.headers, ("note", None)]),
        (GOOD.value, [h for h in GOOD.headers if h[0] != "ce_id"]),
        (b"no zstd", sealed(PAGE).headers),
        (sealed(PAGE).value, [h for h in sealed(PAGE).headers if h[0] != "page"]),
    ],
    ids=[
        "null value", "bad json", "wrong json", "not utf-8", "no headers", "header not utf-8", "null header", "no id",
        "page not zstd", "page without its header",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_poison(value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> None:
    with pytest.raises(Poison):
        envelope.open_message(value, headers)


def test_a_page_that_unpacks_to_more_than_any_page_is_poison() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(100 * 1024 * 1024))
    with pytest.raises(Poison):
        envelope.open_message(bomb, sealed(PAGE).headers)


@pytest.mark.parametrize("header", [b"2", b"17"])
def test_the_attempt_is_read_from_its_header(header: bytes) -> None:
    assert envelope.attempt([("x-attempt", header)]) == int(header)


@pytest.mark.parametrize("header", [b"", b"-1", b"1e9", b"99999999999", b"\xff"])
def test_a_nonsensical_attempt_is_the_first(header: bytes) -> None:
    assert envelope.attempt([("x-attempt", header)]) == 1
