from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.translator.engine import Capabilities
from services.translator.packing import packed

TEXTS = st.lists(st.text(min_size=1, max_size=30), max_size=40)
LIMIT = st.none() | st.integers(1, 60)
LIMITS = st.builds(Capabilities, items=LIMIT, characters=LIMIT, bytes=LIMIT)


def fits(request: list[str], limits: Capabilities) -> bool:
    sizes = (len(request), sum(map(len, request)), sum(len(text.encode()) for text in request))
    allowed = (limits.items, limits.characters, limits.bytes)
    return all(limit is None or size <= limit for size, limit in zip(sizes, allowed, strict=True))


@given(TEXTS, LIMITS)
def test_no_text_is_lost_or_moved(texts: list[str], limits: Capabilities) -> None:
    assert [text for request in packed(texts, limits) for text in request] == texts


@given(TEXTS, LIMITS)
def test_every_request_fits_or_is_one_text(texts: list[str], limits: Capabilities) -> None:
    assert all(fits(request, limits) or len(request) == 1 for request in packed(texts, limits))


@given(TEXTS, LIMITS)
def test_no_request_leaves_room_for_the_next_text(texts: list[str], limits: Capabilities) -> None:
    requests = list(packed(texts, limits))
    assert not any(fits([*one, next_[0]], limits) for one, next_ in pairwise(requests))


def test_bytes_are_counted_as_the_engine_counts_them() -> None:
    assert list(packed(["čč", "čč"], Capabilities(bytes=7))) == [["čč"], ["čč"]]
