"""W3C trace context, carried through from message to message so that logs of all stages can be joined by `trace`.

No collector is needed for that; the format is that of https://www.w3.org/TR/trace-context/.
"""

import re
import secrets

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


def traceparent(received: str | None) -> str:
    """The header for the next message: the same trace with a new span, or a new trace where none was received."""
    match = _TRACEPARENT.match(received or "")
    trace, flags = (match[1], match[3]) if match else (secrets.token_hex(16), "00")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def trace_id(header: str | None) -> str | None:
    """The trace that a `traceparent` header names, for logs."""
    match = _TRACEPARENT.match(header or "")
    return match[1] if match else None
