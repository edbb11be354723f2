"""What the front page shows: a lead, what stands beside it, and the sections. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.web.addresses import SECTIONS
from services.web.cards import Card

BELOW = 2
BESIDE = 3
TOP = 1 + BELOW + BESIDE
PER_SECTION = 5


@dataclass(frozen=True)
class Front:
    """`sections` in the site's order, each with its newest; only those that have any."""

    lead: Card | None
    below: tuple[Card, ...]
    beside: tuple[Card, ...]
    sections: tuple[tuple[str, tuple[Card, ...]], ...]


def arrange(newest: Sequence[Card], stories: Sequence[Card] = ()) -> Front:
    """The front page of the `newest` articles. The top goes to the `stories` that many tell, then to what can be read in
    English and has a standfirst, one of each source while there are enough; every article stands in one place."""
    told = list(stories[:TOP])
    top = told + _top([card for card in newest if all(card.path != one.path for one in told)])[: TOP - len(told)]
    placed = {card.path for card in top}
    rest = [card for card in newest if card.path not in placed]
    sections = {name: _section([card for card in rest if card.article.section == name]) for name in SECTIONS}
    return Front(
        lead=top[0] if top else None,
        below=tuple(top[1 : 1 + BELOW]),
        beside=tuple(top[1 + BELOW :]),
        sections=tuple((name, cards) for name, cards in sections.items() if cards),
    )


def _section(newest: list[Card]) -> tuple[Card, ...]:
    """The newest, headed by the newest of them that can be read in English."""
    shown = newest[:PER_SECTION]
    return tuple(sorted(shown, key=lambda card: card is not next((one for one in shown if not one.waiting), None)))


def _top(newest: Sequence[Card]) -> list[Card]:
    # sorted() is stable: within each class the newest come first.
    ranked = sorted(newest, key=lambda card: (card.waiting, card.standfirst is None))
    firsts: dict[str, Card] = {}
    for card in ranked:
        firsts.setdefault(card.article.source_id, card)
    chosen = list(firsts.values())[:TOP]
    others = [card for card in ranked if all(card.path != one.path for one in chosen)]
    return chosen + others[: TOP - len(chosen)]
