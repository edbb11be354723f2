"""The document that downstream users search: an article whole, with what makes it findable. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from simhash import Simhash

from services.indexer.marks import marks
from services.indexer.terms import trend_terms
from shared import clock, ids
from shared.days import day
from shared.events import Block, TranslatedArticle
from shared.search.tongues import OWN

FINGERPRINT_BITS = 64
FINGERPRINT_WORDS = 5_000  # copies of a text are told by its first part; hashing all of a book would take a second
SHINGLE = 3  # words; single ones would make any two articles on one subject alike

_WORD = re.compile(r"\w+")


def document(article: TranslatedArticle, *, vector: Sequence[float] | None, indexed_at: datetime) -> dict[str, Any]:
    """The document of `article`. Without a vector it has no such field."""
    body = article.model_dump(mode="json")
    body["times"]["indexed"] = clock.iso(indexed_at)
    body["shortid"] = ids.shortid(article.article_id)
    body["day"] = day(article.published_at, article.times.discovered).isoformat()
    body["trend_terms"] = list(trend_terms(article))
    body["marks"] = list(marks(article))
    body["fingerprint"] = fingerprint(article)
    passed = article.translation.status == "passed_through"
    if article.translation.status != "pending" and not article.translation.body_waits:
        body["text_en"] = text(article.translation.blocks)
    if not passed:  # English is not searched twice
        body["text_original"] = text(article.blocks)
        if tongue := OWN.get(article.language):
            whole = (article.title, article.standfirst or "", body["text_original"])
            body["original"] = {tongue: "\n\n".join(filter(None, whole))}
    if vector is not None:
        body["vector"] = list(vector)
    return body


def text(blocks: Sequence[Block]) -> str:
    """The text of `blocks`, one paragraph each."""
    return "\n\n".join(block.text for block in blocks)


def fingerprint(article: TranslatedArticle) -> str | None:
    """The simhash of the original's words, 16 hex digits: near-duplicates differ in few bits. None without words."""
    words = _WORD.findall(text(article.blocks).lower())[:FINGERPRINT_WORDS]
    if not words:
        return None
    shingles = [" ".join(words[place : place + SHINGLE]) for place in range(max(1, len(words) - SHINGLE + 1))]
    return f"{Simhash(shingles, f=FINGERPRINT_BITS).value:016x}"
