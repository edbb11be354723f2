"""Which of a page's blocks are the article's body.

The engine says what text it takes for the article; every block of the page is looked up in it. General rules, all of
structure and none of single sites, take back what does not belong (boxes, promotional lines, captions, bylines) and win
back what lies between (sub-heads, paragraphs beside chosen ones). Both are evidence for the learned judgement of each
line (lines.py, line_model.py), which decides.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from services.extractor.blocks import Cut
from services.extractor.engine import MainText
from services.extractor.line_model import chances
from services.extractor.lines import DEEP, NAMES, Line, seen
from services.extractor.markup import Element, fold, is_hidden, labels
from services.extractor.names import BOX_NAME

MARGIN = 20  # lines before and after the engine's text that are judged at all
HIDDEN = NAMES.index("hidden_near")
EVEN = 0.5  # the chance from which a line is taken
LIST = 0.25  # the mean chance of a list's items from which those that the rules take are taken
HEADING = 0.1  # the same for a sub-head that the rules take: few words lost cost the reader the order of the text
LONG = 25  # folded characters from which a text is itself and no chance repetition
CHUNK = 12  # folded characters by which a torn block is looked up
TORN_SHARE = 0.6
LEAST_DECLARED = 200  # folded characters; a shorter articleBody is a teaser
CONTAINER_SHARE = 0.8  # of the chosen text that the article's container must hold
BOX_SHARE = 0.35  # a "box" with more of the chosen text than this is the article, whatever it is called
LINK_LINE_SHARE = 0.8  # of a line's characters within links: it leads elsewhere
LONGEST_PROMO = 250
LONGEST_LABEL = 80
SENTENCE_ENDS = ".!?…。！？”»\"'"

_BOX_TAGS = frozenset({"nav", "footer", "aside", "form", "figure"})
# A short label before a link, and the beginnings of picture credits, in the languages we know of.
_LABEL = re.compile(r"[^:|]{2,40}[:|]\s*")
_CREDIT = re.compile(
    r"(?i)(?:©|\(c\)|(?:image|images|photo|photos|photograph|foto|fotos|fotografia|fotografía|fotografie|фотография|bild|"
    r"picture|credit|kuva|zdjęcie|fot\.?|imagem|imagen|"
    r"crédit photo|фото|صورة|写真)\b[^:]{0,20}:)"
)


@dataclass(frozen=True)
class Known:
    """What other modules have found on the page: every form of the title, the authors, the page's own `articleBody`."""

    titles: Iterable[str] = ()
    authors: Iterable[str] = ()
    article_body: str | None = None


class Place(NamedTuple):
    """A block and where it stands in the page's order."""

    order: int
    cut: Cut
    folded: str


def choose(cuts: list[Cut], main: MainText, known: Known) -> list[Cut]:
    """The blocks of `cuts` that are the article's body, in order, without those that only repeat what is known."""
    lines = judged(cuts, main, known)
    said = [index for index, line in enumerate(lines) if line.said]
    if not said:
        return []
    first, last = max(0, said[0] - MARGIN), said[-1] + MARGIN + 1
    rows = seen(lines, first, last)
    likely = chances(rows)
    names = {fold(name) for name in (*known.titles, *known.authors)} - {""}
    lists = _lists_taken(lines[first:last], likely)
    taken = [
        Place(index, line.cut, line.folded)
        for index, (line, row, chance) in enumerate(zip(lines[first:last], rows, likely, strict=True))
        if (
            chance > (HEADING if line.chosen and line.cut.block.kind == "heading" else EVEN)
            or (line.chosen and line.cut.element.getparent() in lists)
        )
        and (line.chosen or not _is_of_a_picture(line.cut))
        and line.folded not in names
        and line.cut.heading != 1
        # These rules stand above what was learned from some hundred pages.
        and not _leads_elsewhere(line.cut)
        and row[HIDDEN] >= DEEP
    ]
    kept = [place.cut for place in _once(taken)]
    while kept and kept[-1].block.kind == "heading":
        kept.pop()
    # The trees have seen few pages of any one kind; where they find nothing, the rules' word stands.
    return kept or [line.cut for line in lines if line.chosen]


def _lists_taken(lines: list[Line], likely: list[float]) -> set[Element]:
    """The lists of which the better part belongs to the article: a list is read whole or not at all."""
    chances_of: dict[Element, list[float]] = {}
    for line, chance in zip(lines, likely, strict=True):
        if line.cut.block.kind == "list_item":
            chances_of.setdefault(line.cut.element.getparent(), []).append(chance)
    return {home for home, found in chances_of.items() if sum(found) > LIST * len(found)}


def _is_of_a_picture(cut: Cut) -> bool:
    return cut.block.kind == "caption" or bool(_CREDIT.match(cut.block.text))


def judged(cuts: list[Cut], main: MainText, known: Known) -> list[Line]:
    """Every one of `cuts` with what the engine, the rules and the page's own articleBody say of it."""
    places = [Place(index, each, fold(each.block.text)) for index, each in enumerate(cuts)]
    said = [place for place in places if _said(place, main)]
    by_engine = {place.order for place in said}
    by_rules = {place.order for place in _by_rules(places, said, known)}
    whole = fold(known.article_body)
    return [
        Line(place.cut, place.folded, place.order in by_engine, place.order in by_rules, _declared(place.folded, whole))
        for place in places
    ]


def _declared(folded: str, whole: str) -> float:
    """The share of `folded` that `whole` has, -1 where there is nothing to compare with."""
    if len(whole) < LEAST_DECLARED:
        return -1.0
    if folded in whole:
        return 1.0
    chunks = [folded[at : at + CHUNK] for at in range(0, len(folded) - CHUNK + 1, CHUNK)]
    return sum(chunk in whole for chunk in chunks) / len(chunks) if chunks else 0.0


def _by_rules(places: list[Place], said: list[Place], known: Known) -> list[Place]:
    if not said:
        return []
    container = _container(said)
    boxes = _Boxes(said)
    inside = {id(node): node for node in (container.iter() if container is not None else ())}
    taken = [p for p in said if id(p.cut.element) in inside and not boxes.holds(p.cut.element)]
    taken = _once(_between(places, taken, boxes))
    names = {fold(name) for name in (*known.titles, *known.authors)} - {""}
    again = Counter(place.folded for place in taken)
    kept = [
        place
        for place in taken
        if place.folded not in names
        and place.cut.heading != 1
        and place.cut.block.kind != "caption"
        and not _leads_elsewhere(place.cut)
        and not _is_furniture(place.cut, again[place.folded])
    ]
    while kept and kept[-1].cut.block.kind == "heading":
        kept.pop()
    return kept


def _said(place: Place, main: MainText) -> bool:
    folded = place.folded
    if len(folded) < LONG:
        return folded in main.lines
    if folded in main.whole:
        return True
    chunks = [folded[at : at + CHUNK] for at in range(0, len(folded) - CHUNK + 1, CHUNK)]
    return sum(chunk in main.whole for chunk in chunks) >= TORN_SHARE * len(chunks)


def _container(taken: list[Place]) -> Element | None:
    """The innermost element that holds most of the chosen text."""
    weights: Counter[Element] = Counter()
    depth: dict[Element, int] = {}
    for place in taken:
        chain = [place.cut.element, *place.cut.element.iterancestors()]
        for height, node in enumerate(chain):
            weights[node] += len(place.folded)
            depth[node] = len(chain) - height
    total = sum(len(place.folded) for place in taken)
    holding = [node for node, weight in weights.items() if weight >= CONTAINER_SHARE * total]
    return max(holding, key=depth.__getitem__, default=None)


class _Boxes:
    """Tells whether an element stands in a box that is not the article's text. What holds much of the chosen text is no
    box, by whatever name it goes."""

    def __init__(self, taken: list[Place]) -> None:
        self._known: dict[Element, bool] = {}
        self._weights: Counter[str] = Counter()  # by the name of the box: some pages put each paragraph in a box of its own
        around: dict[Element, frozenset[str]] = {}

        def names(node: Element | None) -> frozenset[str]:
            if node is None:
                return frozenset()
            if node not in around:
                around[node] = names(node.getparent()) | {_name(node)}
            return around[node]

        for place in taken:
            for name in names(place.cut.element):
                self._weights[name] += len(place.folded)
        self._limit = BOX_SHARE * sum(len(place.folded) for place in taken)

    def holds(self, element: Element) -> bool:
        chain: list[Element] = []
        node = element
        found = False
        while node is not None:
            if node in self._known:
                found = self._known[node]
                break
            chain.append(node)
            node = node.getparent()
        for each in reversed(chain):
            found = found or self._is_box(each)
            self._known[each] = found
        return found

    def _is_box(self, node: Element) -> bool:
        if self._weights[_name(node)] > self._limit:
            return False
        return node.tag in _BOX_TAGS or is_hidden(node) or bool(BOX_NAME.search(labels(node)))


def _name(node: Element) -> str:
    return f"{node.tag} {labels(node)}"


def _between(places: list[Place], taken: list[Place], boxes: _Boxes) -> list[Place]:
    """`taken` and what the engine left out between its first and last, where it stands beside chosen text."""
    if not taken:
        return taken
    chosen = {place.order for place in taken}
    weights: Counter[Element] = Counter()
    for place in taken:
        weights[place.cut.element.getparent()] += len(place.folded)
    total = sum(weights.values())
    homes = {parent for parent, weight in weights.items() if weight >= 0.1 * total}
    for place in places[taken[0].order : taken[-1].order + 1]:
        cut = place.cut
        if place.order in chosen or cut.block.kind == "caption" or not place.folded:
            continue
        if cut.element.getparent() not in homes or boxes.holds(cut.element):
            continue
        if cut.linked < 0.3 * len(cut.block.text) and (len(place.folded) >= LONG or cut.block.kind == "heading"):
            chosen.add(place.order)
    return [place for place in places if place.order in chosen]


def _once(places: list[Place]) -> list[Place]:
    """Long texts only once: pages repeat them for other screen sizes, as pull quotes, in slide shows."""
    seen: set[str] = set()
    kept = []
    for place in places:
        if len(place.folded) >= LONG:
            if place.folded in seen:
                continue
            seen.add(place.folded)
        kept.append(place)
    return kept


def _leads_elsewhere(cut: Cut) -> bool:
    """A line that is little but a link, with or without a label before it: read also, more on this, subscribe."""
    text = cut.block.text
    if cut.block.kind == "table_row" or len(text) > LONGEST_PROMO or not cut.linked:
        return False
    label = _LABEL.match(text)
    rest = len(text) - (label.end() if label else 0)
    return cut.linked >= LINK_LINE_SHARE * len(text) or (label is not None and cut.linked >= 0.95 * rest > 10)


def _is_furniture(cut: Cut, times: int) -> bool:
    """A short line that stands there more than once (a label over each box), or that credits a picture."""
    text = cut.block.text
    if cut.block.kind == "table_row" or len(text) > LONGEST_LABEL:
        return False
    return (times > 1 and text[-1:] not in SENTENCE_ENDS) or bool(_CREDIT.match(text))
