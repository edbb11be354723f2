"""Articles for the site to show."""

from datetime import UTC, datetime, timedelta

from shared import ids
from shared.events import Block, Image, Span, Times, TranslatedArticle, Translation
from shared.search.stories import Story

SEEN = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)

QUOTED = "« On a vu la lumière », dit Hermine Delattre, « puis plus rien », avant de partir."


def marked(text: str, *spans: tuple[str, str], kind: str = "paragraph", **more: object) -> Block:
    """A block in which each of `spans`, kind and words, is marked; a link leads to a page of the outlet."""
    found = tuple(
        Span(
            start=text.index(words),
            end=text.index(words) + len(words),
            kind=name,
            href="https://diario.test/more" if name == "link" else None,
        )
        for name, words in spans
    )
    return Block.model_validate({"kind": kind, "text": text, "spans": found} | more)


ORIGINAL = (
    marked(QUOTED, ("emphasis", "On a vu la lumière"), ("emphasis", "puis plus rien")),
    Block(kind="heading", text="Une nuit de brume", level=3),
    Block(kind="quote", text="La mer décide."),
    Block(kind="list_item", text="un bateau"),
    Block(kind="list_item", text="deux phares"),
    Block(kind="table_row", text="Lundi | 12"),
    marked("Le port rouvre mardi.", ("link", "rouvre mardi")),
)
ENGLISH = (
    marked(
        "“We saw the light,” said Hermine Delattre, “then nothing,” before she left.",
        ("emphasis", "We saw the light"),
        ("emphasis", "then nothing"),
    ),
    Block(kind="heading", text="A night of fog", level=3),
    Block(kind="quote", text="The sea decides."),
    Block(kind="list_item", text="one boat"),
    Block(kind="list_item", text="two lighthouses"),
    Block(kind="table_row", text="Monday | 12"),
    marked("The port reopens on Tuesday.", ("link", "reopens on Tuesday")),
)


def article(
    slug: str = "phare",
    *,
    status: str = "translated",
    title: str = "Le phare s'éteint",
    english_title: str = "The lighthouse goes dark",
    standfirst: str | None = "Le port reste fermé jusqu'à mardi.",
    english_standfirst: str | None = "The port stays closed until Tuesday.",
    blocks: tuple[Block, ...] = ORIGINAL,
    english: tuple[Block, ...] = ENGLISH,
    seen: datetime = SEEN,
    **more: object,
) -> TranslatedArticle:
    """A French article with its translation; `pending` or `passed_through` as `status` has it."""
    url = f"https://diario.test/{slug}"
    alone = status in ("pending", "passed_through")
    fields: dict[str, object] = {
        "url_id": ids.url_id(url),
        "url": url,
        "source_id": ids.source_id("https://diario.test/"),
        "article_id": ids.article_id(url),
        "canonical_url": url,
        "source_name": "Courrier des Quais",
        "country": "fr",
        "language": "en" if status == "passed_through" else "fr",
        "title": title,
        "standfirst": standfirst,
        "authors": ("Hermine Delattre", "Abel Trindade"),
        "published_at": seen - timedelta(minutes=30),
        "section": "local",
        "tags": ("mer",),
        "image": Image(url="https://diario.test/phare.jpg", caption="Le phare, lundi.", credit="A. Trindade"),
        "word_count": 300,
        "rights": "full",
        "blocks": blocks,
        "content_hash": "hash-1",
        "times": Times(discovered=seen, fetched=seen, indexed=seen + timedelta(minutes=1)),
        "translation": Translation(
            status=status,
            engine=None if alone else "test engine 1",
            title=title if alone else english_title,
            standfirst=standfirst if alone else english_standfirst,
            blocks=blocks if alone else english,
            quality=None if alone else 1.0,
        ),
    }
    return TranslatedArticle.model_validate(fields | more)


def story(story_id: str, *articles: TranslatedArticle, last: datetime = SEEN, title: str = "The light at the pier") -> Story:
    """The story that `articles` tell."""
    sources = tuple(dict.fromkeys(one.source_id for one in articles))
    return Story(
        story_id=story_id,
        title=title,
        article_ids=tuple(one.article_id for one in articles),
        source_ids=sources,
        languages=tuple(dict.fromkeys(one.language for one in articles)),
        articles=len(articles),
        sources=len(sources),
        first_at=min(one.times.discovered for one in articles),
        last_at=last,
    )
