"""The production path, in the form that an evaluator over saved pages asks for."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from services.extractor.page import extract_page
from shared.clock import now
from shared.errors import Ended
from shared.events import Page
from shared.ids import url_id

UNKNOWN_HOST = "http://unknown.invalid/"
UNKNOWN_PATH = "/a-saved-page-without-its-address"  # formed as an article's, for nothing speaks against one


def extract(html: bytes | str, url: str | None = None) -> dict[str, Any]:
    """`title`, `date` (ISO; the day alone where only that is known), `authors` and `text` (standfirst first, blocks,
    one a line); for a page that is no article `outcome` and `reason` instead.

    Of some saved pages only the host is known, or nothing. Such a page is judged by what is on it, not as a home page.
    """
    url = url or UNKNOWN_HOST
    if urlsplit(url).path in ("", "/") and not urlsplit(url).query:
        url = urljoin(url, UNKNOWN_PATH)
    moment = now()
    page = Page(
        url_id=url_id(url),
        url=url,
        final_url=url,
        source_id="",
        discovered_at=moment,
        fetched_at=moment,
        content_type="text/html; charset=utf-8" if isinstance(html, str) else "text/html",
        body=html.encode("utf-8", "replace") if isinstance(html, str) else html,
    )
    found = extract_page(page, ignore_reservations=True)
    if isinstance(found, Ended):
        return {"outcome": found.state.value, "reason": found.reason}
    date = None
    if found.published_at:
        day_only = found.provenance.get("published_at", "").endswith("(day)")
        date = found.published_at.date().isoformat() if day_only else found.published_at.isoformat()
    return {
        "title": found.title,
        "date": date,
        "authors": list(found.authors),
        "text": "\n".join(filter(None, (found.standfirst, *(block.text for block in found.blocks)))),
    }
