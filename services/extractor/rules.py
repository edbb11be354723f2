"""A source's own rules: where its pages have title, standfirst and text, and what is to be left out.

Optional, and data of the source (`rules` in a JSON list of sources). What a rule does not find the general rules look for,
and the canary tells when that becomes usual: the page has been built anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml.cssselect import CSSSelector

from services.extractor.blocks import Cut
from services.extractor.body import Known
from services.extractor.markup import Element, fold, squeeze

if TYPE_CHECKING:  # the worker processes need not load the search client
    from shared.search.page_rules import Rules

PLACE = "rule"
LONGEST = 1_000  # characters of a title or standfirst; more is a selector that holds the whole page


@dataclass(frozen=True)
class Ruled:
    """What the rules found; `homes` hold the text."""

    title: str | None = None
    standfirst: str | None = None
    homes: tuple[Element, ...] = ()

    def blocks(self, cuts: list[Cut], known: Known) -> list[Cut]:
        """The blocks within `homes`, without captions and what repeats title or authors."""
        if not self.homes:
            return []
        inside = {id(node) for home in self.homes for node in home.iter()}
        names = {fold(name) for name in (*known.titles, *known.authors)} - {""}
        return [
            cut
            for cut in cuts
            if id(cut.element) in inside
            and cut.heading != 1
            and cut.block.kind != "caption"
            and fold(cut.block.text) not in names
        ]


def read(tree: Element, rules: Rules | None) -> Ruled:
    """What `rules` find on the page, which loses what they drop."""
    if rules is None:
        return Ruled()
    if rules.drop:
        for node in _found(tree, rules.drop):
            if node.getparent() is not None:
                node.drop_tree()
    homes = _found(tree, rules.body) if rules.body else []
    return Ruled(_text(tree, rules.title), _text(tree, rules.standfirst), tuple(homes))


def without(chosen: list[Cut], standfirst: str) -> list[Cut]:
    """`chosen` without the block that is the standfirst."""
    return [cut for cut in chosen if fold(cut.block.text) != fold(standfirst)]


def missed(provenance: Mapping[str, str], rules: Rules | None) -> bool:
    """Whether a rule of the source found nothing on the page whose fields are from these places."""
    if rules is None:
        return False
    wanted = {"title": rules.title, "standfirst": rules.standfirst, "blocks": rules.body}
    return any(selector and provenance.get(field) != PLACE for field, selector in wanted.items())


def _found(tree: Element, selector: str) -> list[Element]:
    found: Any = CSSSelector(selector, translator="html")(tree)  # of elements, for CSS selects nothing else
    return list(found)


def _text(tree: Element, selector: str | None) -> str | None:
    texts = (squeeze(node.text_content()) for node in (_found(tree, selector) if selector else ()))
    return next((text for text in texts if 0 < len(text) <= LONGEST), None)
