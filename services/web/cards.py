"""An article in a list. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.web import addresses
from services.web.excerpts import Run, runs
from services.web.languages import ENGLISH, Text, language_name, text
from services.web.rights import Granted
from services.web.store import Found

MOST_QUOTES = 2
LONGEST_TITLE = 300
LONGEST_STANDFIRST = 320  # characters; some publishers put their whole text there


@dataclass(frozen=True)
class Quote:
    """A passage that matched."""

    runs: tuple[Run, ...]
    lang: str
    dir: str


@dataclass(frozen=True)
class Card:
    """`headline` is the title with what matched; `when` it was published, as far as is known; `changed` last, here or
    there; `waiting`: still in its own language; `story`: what it stands for."""

    path: str
    article: Granted
    title: Text
    headline: tuple[Run, ...]
    standfirst: Text | None
    language: str
    when: datetime
    changed: datetime
    waiting: bool
    quotes: tuple[Quote, ...] = field(default=())
    story: "Line | None" = None


@dataclass(frozen=True)
class Line:
    """A story in one line: where it stands, and how many sources tell it in how many languages."""

    path: str
    title: str
    articles: int
    sources: int
    languages: int


def card(found: Found) -> Card:
    """The card of `found`; in English where there is an English version."""
    article = found.article
    waiting = article.translation.status == "pending"
    language = article.language if waiting else ENGLISH
    when = article.published_at or article.times.discovered
    title, standfirst = (
        (article.title, article.standfirst) if waiting else (article.translation.title, article.translation.standfirst)
    )
    matched = found.quotes.get("title" if waiting else "translation.title", ())
    title = shortened(title, LONGEST_TITLE)
    return Card(
        path=addresses.article_path(article),
        article=article,
        title=text(title, language),
        headline=runs(matched[0] if matched and len(title) < LONGEST_TITLE else title),
        standfirst=text(shortened(standfirst, LONGEST_STANDFIRST), language) if standfirst else None,
        language=language_name(article.language),
        when=when,
        changed=max(when, article.modified_at or when, article.times.indexed or when),
        waiting=waiting,
        quotes=_quotes(found),
    )


def cards(found: Iterable[Found]) -> tuple[Card, ...]:
    return tuple(card(one) for one in found)


def shortened(words: str, most: int) -> str:
    """`words`, cut at a word's end where they are longer than `most` characters."""
    if len(words) <= most:
        return words
    cut = words[:most]
    whole = cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut[:-1]
    return whole.rstrip(" ,;:.–—-") + "…"


def _quotes(found: Found) -> tuple[Quote, ...]:
    """Passages of the English text; where it has none, of the original, whose words a reader may know, too."""
    if english := found.quotes.get("text_en"):
        return tuple(Quote(runs(quote), ENGLISH, "ltr") for quote in english[:MOST_QUOTES])
    shown = text("", found.article.language)
    return tuple(Quote(runs(quote), shown.lang, shown.dir) for quote in found.quotes.get("text_original", ())[:MOST_QUOTES])
