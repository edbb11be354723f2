"""Stories as the site shows them: what is on top, and how one was told, by whom, in which languages. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from services.web.addresses import story_path
from services.web.cards import Card, Line
from services.web.moments import full_day
from services.web.store import Found, Told
from shared.search.stories import Story

OF_ONE_SOURCE = 2  # of what a reader may like
HALF_LIFE = timedelta(hours=8)  # after which twice the sources are needed for the same place on the front page


@dataclass(frozen=True)
class Entry:
    """An article of a story, with those that repeat its text."""

    card: Card
    copies: tuple[Card, ...]


@dataclass(frozen=True)
class Day:
    """What a day added to a story."""

    title: str
    entries: tuple[Entry, ...]


def line(story: Story) -> Line:
    return Line(story_path(story.story_id), story.title, story.articles, story.sources, len(story.languages))


def ranked(stories: Sequence[Story], now: datetime) -> list[Story]:
    """By how many sources tell them, and how lately: the first is the news."""
    return sorted(stories, key=lambda story: (-weight(story, now), story.story_id))


def weight(story: Story, now: datetime) -> float:
    """Distinct sources, halved by every HALF_LIFE since it last had news."""
    age = max(timedelta(), now - story.last_at)
    return float(story.sources * 0.5 ** (age / HALF_LIFE))


def face(cards: Sequence[Card]) -> Card | None:
    """The article that stands for a story: to be read in English, with text, standfirst and picture, the newest of them."""
    best = sorted(cards, key=lambda card: card.when, reverse=True)
    best.sort(key=_less_readable)
    return best[0] if best else None


def beyond(found: Sequence[Found], story: Story | None, size: int) -> list[Found]:
    """Of `found` what `story` does not tell, at most `size`: one of each other story, and of each source no more than a
    few."""
    told = set(story.article_ids) if story else set()
    sources, stories = Counter[str](), set[str]()
    kept = []
    for one in found:
        if one.article.article_id in told or one.story_id in stories or sources[one.article.source_id] == OF_ONE_SOURCE:
            continue
        sources[one.article.source_id] += 1
        if one.story_id:
            stories.add(one.story_id)
        kept.append(one)
    return kept[:size]


def _less_readable(card: Card) -> tuple[bool, ...]:
    return (card.waiting, card.article.rights != "full", not card.standfirst, not card.article.image)


def timeline(told: Told, cards: Sequence[Card]) -> tuple[Day, ...]:
    """How the story was told, the first first. Articles that repeat another's text stand with it."""
    shown = {card.article.article_id: card for card in cards}
    copies = _copies(told, shown)
    repeated = {card.article.article_id for them in copies.values() for card in them}
    entries = [
        Entry(card, tuple(copies.get(identity, ())))
        for identity, card in sorted(shown.items(), key=lambda one: one[1].when)
        if identity not in repeated
    ]
    days = groupby(entries, key=lambda entry: entry.card.when.date())
    return tuple(Day(full_day(day), tuple(found)) for day, found in days)


def _copies(told: Told, shown: Mapping[str, Card]) -> dict[str, list[Card]]:
    found: dict[str, list[Card]] = {}
    for member in told.members:
        if member.copy_of and member.copy_of in shown and member.article_id in shown and member.copy_of != member.article_id:
            found.setdefault(member.copy_of, []).append(shown[member.article_id])
    # A copy of a copy stands for itself: what it would stand with is itself with another.
    copied = {card.article.article_id for them in found.values() for card in them}
    return {original: them for original, them in found.items() if original not in copied}
