"""Articles to index."""

from datetime import UTC, datetime, timedelta

from shared import ids
from shared.events import Block, Times, TranslatedArticle, Translation

SEEN = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)

PORTUGUESE = (
    "O governo de Portugal anunciou ontem um plano para as cheias do rio Mondego.",
    "Segundo Ana Figueira, ministra do Ambiente, as obras começam em Coimbra no próximo mês.",
)
ENGLISH = (
    "The government of Portugal announced a plan yesterday for the floods of the Mondego river.",
    "According to Ana Figueira, minister for the environment, works begin in Coimbra next month.",
)


def article(
    url: str = "https://diario.test/cheias",
    *,
    canonical: str | None = None,
    text: tuple[str, ...] = PORTUGUESE,
    english: tuple[str, ...] | None = ENGLISH,
    content_hash: str = "hash-1",
    revision: int = 1,
    rendering: int = 0,
    language: str = "pt",
    fetched_minutes: float = 1,
    seen: datetime = SEEN,
    **more: object,
) -> TranslatedArticle:
    """A translated article; with `english` None one whose translation is pending."""
    blocks = tuple(Block(kind="paragraph", text=paragraph) for paragraph in text)
    translation = (
        Translation(status="pending", title="Plano para as cheias", blocks=blocks)
        if english is None
        else Translation(
            status="passed_through" if language == "en" else "translated",
            engine="test 1",
            title="A plan for the floods",
            blocks=tuple(Block(kind="paragraph", text=paragraph) for paragraph in english),
            quality=1.0,
        )
    )
    fields: dict[str, object] = {
        "url_id": ids.url_id(url),
        "url": url,
        "source_id": "source-1",
        "article_id": ids.article_id(canonical or url),
        "canonical_url": canonical or url,
        "source_name": "Diário do Mondego",
        "language": language,
        "title": "Plano para as cheias",
        "published_at": seen - timedelta(hours=1),
        "section": "news",
        "word_count": 26,
        "rights": "full",
        "blocks": blocks,
        "content_hash": content_hash,
        "revision": revision,
        "rendering": rendering,
        "provenance": {"title": "json-ld"},
        "times": Times(discovered=seen, fetched=seen + timedelta(minutes=fetched_minutes)),
        "translation": translation,
    }
    return TranslatedArticle.model_validate(fields | more)
