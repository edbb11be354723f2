"""Saved pages and pages on the web as the extractor takes them."""

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.extractor.declared import declared
from services.extractor.decoding import decode
from services.extractor.identity import canonical_url
from services.extractor.markup import parse
from shared.clock import now
from shared.errors import Ended, State
from shared.events import Page
from shared.ids import normalise_url, url_id

MOST_BYTES = 16 * 1024 * 1024  # above what the fetcher lets in
GZIP = b"\x1f\x8b"
NOWHERE = "https://unknown.invalid/"  # for a file that does not say where it comes from (RFC 2606)


class Asked(BaseModel):
    """A page to extract: saved at `path`, or else to be fetched. `fetched_at`, where it is known, tells which dates on the
    page can be true; else any until now."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str | None = None
    path: Path | None = None
    content_type: str = ""
    fetched_at: AwareDatetime | None = None


@dataclass(frozen=True)
class Malformed:
    """A line that asks for nothing that can be done; `url` as far as it can be read."""

    url: str | None
    reason: str


def asked(line: bytes) -> Asked | Malformed:
    """What a line `{"url": …, "path": …}` asks for."""
    try:
        given: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Malformed(None, "line is no JSON")
    if not isinstance(given, dict):
        return Malformed(None, "line is no JSON object")
    url = given.get("url") if isinstance(given.get("url"), str) else None
    try:
        found = Asked.model_validate(given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        return Malformed(url, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    return found if found.url or found.path else Malformed(None, "line has neither url nor path")


def read(path: Path) -> bytes:
    """The bytes of a saved page, unzipped where it is gzipped. Raises Ended where they cannot be had."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == GZIP
        with gzip.open(path) if zipped else path.open("rb") as file:
            body: bytes = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        reason = getattr(error, "strerror", None) or "broken gzip"
        raise Ended(State.FAILED, f"file cannot be read: {reason}") from None
    if len(body) > MOST_BYTES:
        raise Ended(State.TOO_LARGE, "file too large")
    return body


def page(url: str, final_url: str, body: bytes, content_type: str, fetched_at: datetime | None = None) -> Page:
    """A page of no source. Raises Ended on a malformed URL."""
    try:
        identity = url_id(url)
    except ValueError:
        raise Ended(State.NOT_ARTICLE, "malformed url") from None
    moment = fetched_at or now()
    return Page(
        url_id=identity, url=url, final_url=final_url, source_id="", discovered_at=moment, fetched_at=moment,
        content_type=content_type, body=body,
    )  # fmt: skip


def address(body: bytes, content_type: str, name: str) -> str:
    """Where a page called `name` says that it stands; a hostile page's answer takes as long as its extraction."""
    try:
        tree = parse(decode(body, content_type))
        _, url = canonical_url(tree, declared(tree), NOWHERE)
        if url and not url.startswith(NOWHERE):
            return normalise_url(url)
    except ValueError:
        pass
    return NOWHERE + quote(name)
