"""Content codings, decoded in bounded steps and checked to be whole."""

import contextlib
import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shared.http.decoding import BodyDecoder, Broken, TooLarge

MIB = 1024 * 1024
TEXT = b"<p>" + b"News from everywhere. " * 500 + b"</p>"
CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def bare_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def brotli_quickly(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=2))


def decoded(encoding: str, raw: bytes, step: int = 100, limit: int = MIB, ratio: int = 200) -> bytes:
    decoder = BodyDecoder(encoding, limit, ratio)
    for start in range(0, len(raw), step):
        decoder.feed(raw[start : start + step])
    return decoder.finish()


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_each_coding_is_decoded_however_the_bytes_arrive(coding: str, step: int) -> None:
    assert decoded(coding, CODINGS[coding](TEXT), step) == TEXT


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coded_body_that_ends_too_early_is_noticed(coding: str) -> None:
    raw = CODINGS[coding](bytes(range(256)) * 40)
    for length in (len(raw) // 2, len(raw) - 1):
        with pytest.raises(Broken, match="truncated"):
            decoded(coding, raw[:length])


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_is_noticed_long_before_it_has_expanded(coding: str) -> None:
    bomb = (brotli_quickly if coding == "br" else CODINGS[coding])(b"\0" * (60 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            decoded(coding, bomb, step=65_536, limit=10 * MIB)
        assert tracemalloc.get_traced_memory()[1] < 30 * MIB
    finally:
        tracemalloc.stop()


def test_an_expansion_beyond_all_reason_is_refused_though_within_the_limit() -> None:
    with pytest.raises(TooLarge, match="ratio"):
        decoded("gzip", gzip.compress(b"\0" * (5 * MIB)), limit=10 * MIB)


def test_a_body_over_the_limit_is_refused_coded_or_not() -> None:
    for encoding, raw in (("", b"x" * 2000), ("gzip", gzip.compress(b"x" * 2000))):
        with pytest.raises(TooLarge):
            decoded(encoding, raw, limit=1999)


def test_deflate_may_be_bare() -> None:
    assert decoded("deflate", bare_deflate(TEXT)) == TEXT


def test_gzip_may_have_several_members_and_rubbish_behind_them() -> None:
    assert decoded("gzip", gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0rubbish") == b"one two"


def test_two_codings_are_undone_in_the_reverse_order() -> None:
    assert decoded("gzip, br", brotli.compress(gzip.compress(TEXT))) == TEXT


def test_three_codings_are_refused() -> None:
    with pytest.raises(Broken):
        BodyDecoder("gzip, gzip, gzip", MIB, 200)


def test_an_unknown_coding_is_taken_for_none() -> None:
    assert decoded("identity", TEXT) == decoded("none", TEXT) == decoded("", TEXT) == TEXT


def test_an_empty_body_is_whole_whatever_it_is_said_to_be() -> None:
    assert decoded("gzip", b"") == b""


@pytest.mark.parametrize("coding", CODINGS)
@given(raw=st.binary(min_size=1, max_size=300))
def test_rubbish_never_raises_anything_else(coding: str, raw: bytes) -> None:
    with contextlib.suppress(Broken, TooLarge):
        decoded(coding, raw)


def test_a_deflated_body_that_breaks_later_is_broken_and_not_taken_for_a_bare_one() -> None:
    decoder = BodyDecoder("deflate", MIB, 1_000)
    decoder.feed(zlib.compress(TEXT)[:-4])
    with pytest.raises(Broken):
        decoder.feed(b"sums")  # where its checksum should be


def test_what_follows_the_end_of_a_brotli_stream_is_passed_over() -> None:
    decoder = BodyDecoder("br", MIB, 1_000)
    decoder.feed(brotli.compress(TEXT))
    decoder.feed(b"more")
    assert decoder.finish() == TEXT
