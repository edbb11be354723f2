"""A message on the wire: CloudEvents headers (Kafka binding, binary mode), W3C trace context, JSON or a page's bytes.

    ce_specversion ce_id ce_source ce_type ce_time ce_subject content-type traceparent

`ce_subject` is the URL's id, so that even a message whose value cannot be read names the URL it belongs to. A page's
value is its body, zstd-compressed, and its fields are one JSON header, `page`. Beside these a retried message carries
`x-attempt` and `x-original-topic`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import zstandard
from pydantic import ValidationError

from shared.clock import iso
from shared.errors import Poison
from shared.events import EVENTS, Event, Page, Trend
from shared.topics import MIB, route

Headers = Sequence[tuple[str, bytes]]
ATTEMPT = "x-attempt"
ORIGINAL_TOPIC = "x-original-topic"
REPLAYED = "x-replayed-from"
# The fetcher caps a page at 10 MiB; whatever unpacks to more was not written by it.
LARGEST_BODY = 16 * MIB
MAX_HEADER_TEXT = 1024  # characters of an error that travel in a header

E = TypeVar("E", bound=Event)


class Record(Protocol):
    """A record as the consumer gives it; any of its bytes may be missing or hostile. `timestamp` is in milliseconds."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(frozen=True)
class Sealed:
    """A message ready to be sent."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    limit: int


@dataclass(frozen=True)
class Opened(Generic[E]):
    """A message as read."""

    event: E
    ce_id: str
    attempt: int
    traceparent: str | None


def seal(event: Event | Trend, *, ce_id: str, source: str, at: datetime, traceparent: str) -> Sealed:
    """`event` as it goes to its topic."""
    topic, key = route(event)
    subject = event.trend_id if isinstance(event, Trend) else event.url_id
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", ce_id.encode()),
        ("ce_source", f"babelwire/{source}".encode()),
        ("ce_type", event.type.encode()),
        ("ce_time", iso(at).encode()),
        ("ce_subject", subject.encode()),
        ("traceparent", traceparent.encode()),
    ]
    if isinstance(event, Page):
        value = zstandard.ZstdCompressor(level=3).compress(event.body)
        content_type = event.content_type or "application/octet-stream"
        headers += [
            ("content-type", content_type.encode("ascii", "replace")[:MAX_HEADER_TEXT]),
            ("content-encoding", b"zstd"),
            ("page", event.model_dump_json(exclude={"body"}).encode()),
        ]
    else:
        value = event.model_dump_json().encode()
        headers.append(("content-type", b"application/json"))
    return Sealed(topic.name, key.encode(), value, headers, topic.max_bytes)


def text(headers: Headers, name: str) -> str | None:
    """The first header `name` as text; None where it is absent, null or not UTF-8."""
    for header, value in headers:
        if header == name:
            try:
                return value.decode() if value is not None else None
            except UnicodeDecodeError:
                return None
    return None


def attempt(headers: Headers) -> int:
    """How many times the message has been delivered through the retry topics, from 1."""
    value = text(headers, ATTEMPT) or ""
    return int(value) if value.isdecimal() and len(value) < 4 else 1


def replaced(headers: Headers, **new: str) -> list[tuple[str, bytes]]:
    """`headers` with those of `new` put in place; names are given with `_` for `-`."""
    fresh = {name.replace("_", "-"): value[:MAX_HEADER_TEXT].encode() for name, value in new.items()}
    kept = [(name, value if value is not None else b"") for name, value in headers if name not in fresh]
    return [*kept, *fresh.items()]


def replayed(headers: Headers, origin: str) -> list[tuple[str, bytes]]:
    """`headers` of a message that is sent again, its attempts counted anew, with where it was found."""
    return [*((name, value) for name, value in headers if not name.startswith("x-")), (REPLAYED, origin.encode())]


def open_message(value: bytes | None, headers: Headers) -> Opened[Event]:
    """The event of a message.

    Raises Poison when the value or a header that matters cannot be read.
    """
    if value is None:
        raise Poison("null value")
    for name, raw in headers:
        if raw is None:
            raise Poison(f"null header {name}")
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            raise Poison(f"header {name} is not UTF-8") from error
    kind, ce_id = text(headers, "ce_type") or "", text(headers, "ce_id")
    model = EVENTS.get(kind)
    if model is None:
        raise Poison(f"unknown type {kind[:100]!r}")
    if not ce_id:
        raise Poison("no ce_id")
    try:
        event = _page(value, headers) if model is Page else model.model_validate_json(value)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        raise Poison(f"{kind}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    return Opened(event, ce_id, attempt(headers), text(headers, "traceparent"))


def _page(value: bytes, headers: Headers) -> Page:
    try:
        body = zstandard.ZstdDecompressor().stream_reader(value).read(LARGEST_BODY + 1)
    except zstandard.ZstdError as error:
        raise Poison(f"page body: {error}") from error
    if len(body) > LARGEST_BODY:
        raise Poison("page body: unpacks to more than any page has")
    return Page.model_validate_json(text(headers, "page") or "").model_copy(update={"body": body})
