"""One trace from the first message to the last."""

import pytest

from shared.telemetry.tracing import trace_id, traceparent

RECEIVED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_the_trace_goes_on_with_a_new_span() -> None:
    sent = traceparent(RECEIVED)
    assert trace_id(sent) == trace_id(RECEIVED) == "0af7651916cd43dd8448eb211c80319c"
    assert sent != RECEIVED
    assert sent.endswith("-01")  # whether it is recorded was decided where it began


@pytest.mark.parametrize(
    "received", [None, "", "nonsense", RECEIVED.upper(), RECEIVED + "\n-x", RECEIVED.replace("00-", "ff-", 1)]
)
def test_without_a_trace_that_can_be_read_a_new_one_begins(received: str | None) -> None:
    one, other = traceparent(received), traceparent(received)
    assert trace_id(received) is None
    assert trace_id(one) != trace_id(other)
    assert len(trace_id(one) or "") == 32
