"""What the front page shows: a lead, what stands beside it, and the sections. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.web.addresses import SECTIONS
from services.web.cards import Card

BESIDE = 4
PER_SECTION = 5


@dataclass(frozen=True)
class Front:
    """`sections` in the site's order, each with its newest; only those that have any."""

    lead: Card | None
    beside: tuple[Card, ...]
    sections: tuple[tuple[str, tuple[Card, ...]], ...]


def arrange(newest: Sequence[Card]) -> Front:
    """The front page of the `newest` articles. The top goes to what can be read in English and has a standfirst, one of
    each source while there are enough; every article stands in one place."""
    top = _top(newest)
    placed = {card.path for card in top}
    rest = [card for card in newest if card.path not in placed]
    sections = {name: tuple(card for card in rest if card.article.section == name)[:PER_SECTION] for name in SECTIONS}
    return Front(
        lead=top[0] if top else None,
        beside=tuple(top[1:]),
        sections=tuple((name, cards) for name, cards in sections.items() if cards),
    )


def _top(newest: Sequence[Card]) -> list[Card]:
    # sorted() is stable: within each class the newest come first.
    ranked = sorted(newest, key=lambda card: (card.waiting, card.standfirst is None))
    firsts: dict[str, Card] = {}
    for card in ranked:
        firsts.setdefault(card.article.source_id, card)
    chosen = list(firsts.values())[: BESIDE + 1]
    others = [card for card in ranked if all(card.path != one.path for one in chosen)]
    return chosen + others[: BESIDE + 1 - len(chosen)]
