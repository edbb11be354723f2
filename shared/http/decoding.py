"""Content codings (RFC 9110 §8.4), decoded in bounded steps and checked to be whole.

httpx takes a truncated gzip body for a whole one and expands a bomb as far as it goes; so the raw bytes are decoded here.
"""

import zlib
from typing import Protocol

import brotli
import zstandard

STEP = 64 * 1024  # most that one step yields, so that a bomb is noticed before it fills the memory
ZSTD_SLICE = 64  # bytes given to zstandard at a time: 16 blocks of 128 KiB at most, for it has no limit on its output
ZSTD_WINDOW = 8 * 1024 * 1024  # what RFC 9659 lets a server use over HTTP
MAX_CODINGS = 2
ACCEPTED = "gzip, deflate, br, zstd"


class TooLarge(Exception):
    """More than the limit, or expanding beyond all reason."""


class Broken(Exception):
    """The coded data is corrupt, or ends too early."""


class _Coding(Protocol):
    def decode(self, data: bytes, most: int) -> bytes: ...
    def whole(self) -> bool: ...


class _Gzip:
    """Also several members one after the other (RFC 1952 §2.2); what follows them and is no member is ignored."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._members = 0

    def decode(self, data: bytes, most: int) -> bytes:
        out = bytearray()
        while data and len(out) <= most:
            if self._member.eof:
                if not data.startswith(b"\x1f"):
                    break
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            out += self._member.decompress(data, STEP)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return bytes(out)

    def whole(self) -> bool:
        return self._member.eof


class _Deflate:
    """zlib's form, or the bare one that some servers send."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self._begun = False

    def decode(self, data: bytes, most: int) -> bytes:
        out = bytearray()
        while data and len(out) <= most and not self._stream.eof:
            try:
                out += self._stream.decompress(data, STEP)
            except zlib.error:
                if self._begun:
                    raise
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
                out += self._stream.decompress(data, STEP)
            self._begun = True
            data = self._stream.unconsumed_tail
        return bytes(out)

    def whole(self) -> bool:
        return self._stream.eof


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decode(self, data: bytes, most: int) -> bytes:
        if self._stream.is_finished():
            return b""
        out = bytearray(self._stream.process(data, output_buffer_limit=STEP))
        while len(out) <= most and not self._stream.can_accept_more_data():
            out += self._stream.process(b"", output_buffer_limit=STEP)
        return bytes(out)

    def whole(self) -> bool:
        return bool(self._stream.is_finished())


class _Zstandard:
    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()

    def decode(self, data: bytes, most: int) -> bytes:
        out = bytearray()
        for start in range(0, len(data), ZSTD_SLICE):
            if len(out) > most or self._stream.eof:
                break
            out += self._stream.decompress(data[start : start + ZSTD_SLICE])
        return bytes(out)

    def whole(self) -> bool:
        return bool(self._stream.eof)


_CODINGS: dict[str, type[_Gzip] | type[_Deflate] | type[_Brotli] | type[_Zstandard]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}


class BodyDecoder:
    """Collects a body. `limit`: most bytes, on the wire and decoded; `ratio`: largest expansion of more than a mebibyte.

    A coding nobody knows is taken for none, as browsers do.
    """

    RATIO_FREE = 1024 * 1024

    def __init__(self, content_encoding: str, limit: int, ratio: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        codings = [_CODINGS[name]() for name in names if name in _CODINGS]
        if len(codings) > MAX_CODINGS:
            raise Broken("too many codings")
        self._codings: list[_Coding] = list(reversed(codings))
        self._limit, self._ratio = limit, ratio
        self._received = 0
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Takes the next raw bytes. Raises TooLarge, Broken."""
        self._received += len(data)
        if self._received > self._limit:
            raise TooLarge("body too large")
        for coding in self._codings:
            try:
                data = coding.decode(data, self._limit - len(self._body))
            except (zlib.error, brotli.error, zstandard.ZstdError) as error:
                raise Broken("undecodable body") from error
        self._body += data
        if len(self._body) > self._limit:
            raise TooLarge("decoded body too large")
        if len(self._body) > max(self.RATIO_FREE, self._received * self._ratio):
            raise TooLarge("decompression ratio")

    @property
    def size(self) -> int:
        """Bytes decoded so far."""
        return len(self._body)

    @property
    def body(self) -> bytes:
        """What has been decoded so far."""
        return bytes(self._body)

    def finish(self) -> bytes:
        """The whole body. Raises Broken when the coded data ended too early."""
        if self._received and not all(coding.whole() for coding in self._codings):
            raise Broken("truncated body")
        return self.body
