"""Articles for tests: small, valid, and told apart by their number."""

from datetime import timedelta
from typing import Any

from shared import clock, ids
from shared.events import Block, Times, TranslatedArticle, Translation


def translated(number: int, run: str, *, text: str = "", **changes: Any) -> TranslatedArticle:
    """A translated article of its own URL; `text` is its body (default: by its number)."""
    url = f"http://paper{number % 7}.{run}.example/{number}"
    body = text or f"O conselho número {number} reuniu-se na quinta-feira para discutir o orçamento da cidade."
    english = Block(kind="paragraph", text=f"Council number {number} met on Thursday to discuss the city's budget.")
    now = clock.now()
    article = TranslatedArticle(
        url_id=ids.url_id(url), url=url, source_id=ids.source_id(url), article_id=ids.article_id(url), canonical_url=url,
        source_name="Paper", language="pt", title=f"Conselho {number} reunido", word_count=13, rights="full",
        blocks=(Block(kind="paragraph", text=body),), content_hash=f"hash of {body}",
        published_at=now - timedelta(minutes=5), times=Times(discovered=now, fetched=now, extracted=now, translated=now),
        translation=Translation(status="translated", engine="test", title=f"Council {number} met", blocks=(english,)),
    )  # fmt: skip
    return article.model_copy(update=changes)
