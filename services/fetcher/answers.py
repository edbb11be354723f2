"""What an HTTP answer means for the URL."""

import re
from datetime import timedelta

from shared.errors import Ended, State, Transient

GONE = frozenset({404, 410})
MAY_WORK_LATER = frozenset({408, 425, 429})
ASKS_FOR_REST = frozenset({429, 503})  # the host, not the page, has had enough
NO_CONTENT = frozenset({204, 205})
HTML = frozenset({"text/html", "application/xhtml+xml"})
# Types under which some servers send HTML; the content decides.
UNTOLD = frozenset({"", "text/plain", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown"})
SNIFFED_BYTES = 2048
_LOOKS_LIKE_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


def problem(status: int, after: timedelta | None = None) -> Ended | Transient | None:
    """What `status` raises for the URL; None for a success. `after`: what Retry-After asks for.

    Redirects, and 304 to who asked with conditions, are dealt with before; those that come here lead nowhere.
    """
    if status in NO_CONTENT:
        return Ended(State.NOT_ARTICLE, "no content")
    if 200 <= status < 300:
        return None
    reason = f"http {status}"
    if 300 <= status < 400:
        return Ended(State.FAILED, reason)
    if status in GONE:
        return Ended(State.GONE, reason)
    if status == 429:
        return Transient(reason, after=after, state=State.BLOCKED)
    if status in MAY_WORK_LATER or 500 <= status < 600:
        return Transient(reason, after=after, state=State.FAILED)
    return Ended(State.BLOCKED, reason)


def media_type(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def may_be_html(content_type: str) -> bool:
    """Whether it is worth reading the body."""
    return media_type(content_type) in HTML | UNTOLD


def is_html(content_type: str, body: bytes) -> bool:
    """Whether the body is a page: declared so, or declared as nothing in particular and looking like one."""
    kind = media_type(content_type)
    return kind in HTML or (kind in UNTOLD and _LOOKS_LIKE_HTML.search(body[:SNIFFED_BYTES]) is not None)


def answer_class(status: int) -> str:
    """`2xx` and the like, for the metrics."""
    return f"{status // 100}xx" if 100 <= status < 600 else "other"
