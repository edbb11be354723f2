"""What can be seen of a line without reading it: where it stands, in what, beside what, how much of it is links.

Nothing here depends on the words, the language or the publisher; the learned judgement (line_model.py) rests on these.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from services.extractor.blocks import Cut
from services.extractor.markup import Element, is_hidden, labels
from services.extractor.names import BODY_NAME, BOX_NAME

FAR = 30  # lines; beyond that one distance is like another
DEEP = 12  # elements
SENTENCE_ENDS = ".!?…。！？।؟"
CLOSING = "\"'”»’」』)）"
TAGS = ("p", "div", "li", "span", "td", "h2", "h3", "h4", "blockquote", "section", "article", "figure", "aside", "body")
KINDS = ("paragraph", "heading", "list_item", "quote", "caption", "table_row", "preformatted")
BOX_TAGS = frozenset({"nav", "footer", "aside", "form", "figure", "header"})

MARKS = (
    "inside", "box_near", "box_tag_near", "hidden_near", "body_near", "list_near", "quote_near", "table_near", "item_scope"
)  # fmt: skip


class Line(NamedTuple):
    """One line of a page for the judgement: its cut, its letters (markup.fold), whether the engine takes it for the
    article, whether the rules do, and the share of it that the page's own articleBody has (-1 where there is none)."""

    cut: Cut
    folded: str
    said: bool
    chosen: bool
    declared: float


NAMES = (
    "said", "chosen", "declared", "length", "sentences", "ends", "linked", "links", "strong", "emphasis", "digits", "upper",
    "heading", "kind", "tag", "parent_tag", "depth", "inside", "above_container", "box_near", "box_tag_near", "hidden_near",
    "body_near", "list_near", "quote_near", "table_near", "parent_said", "parent_links", "parent_length", "alike_said",
    "alike_count", "alike_length", "kin_said", "kin_count", "at", "from_first", "to_last", "before_said", "since_said",
    "until_said", "since_heading", "previous_said", "previous_length", "previous_linked", "previous_kind", "next_said",
    "next_length", "next_linked", "next_kind", "around_linked", "around_said", "times", "page_said", "page_lines",
    "page_declared", "since_h1", "grand_said", "item_scope",
)  # fmt: skip


def seen(lines: Sequence[Line], first: int = 0, last: int | None = None) -> list[list[float]]:
    """A row of numbers (named by NAMES) for each line of a page, or for those from `first` up to `last`."""
    return _Page(lines).rows(first, len(lines) if last is None else last)


class _Page:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.total = sum(len(line.folded) for line in lines if line.said) or 1
        self.ways: dict[Element, tuple[Element, ...]] = {}
        self.chains = [self._way(line.cut.element) for line in lines]
        self.names: dict[Element, str] = {}
        self.near: dict[Element, tuple[int, ...]] = {}
        # By element, of the lines in it: characters of the engine's text, characters, characters within links, lines.
        self.held: dict[Element, int] = dict.fromkeys(self.ways, 0)
        self.size, self.links, self.count = self.held.copy(), self.held.copy(), self.held.copy()
        for line in lines:
            node = line.cut.element
            self.size[node] += len(line.folded)
            self.links[node] += line.cut.linked
            self.count[node] += 1
            if line.said:
                self.held[node] += len(line.folded)
        for node, way in sorted(self.ways.items(), key=lambda each: -len(each[1])):
            if len(way) > 1:
                for sums in (self.size, self.links, self.count, self.held):
                    sums[way[1]] += sums[node]
        self.container = self._container()
        self.times = Counter(line.folded for line in lines)
        self.declared = max((line.declared for line in lines), default=-1.0)
        self.alike = self._groups(2)
        self.kin = self._groups(1)

    def _way(self, node: Element) -> tuple[Element, ...]:
        """`node` and what it stands in, up to the root."""
        if node not in self.ways:
            above = node.getparent()
            self.ways[node] = (node,) if above is None else (node, *self._way(above))
        return self.ways[node]

    def _container(self) -> Element | None:
        best, depth = None, -1
        for line, chain in zip(self.lines, self.chains, strict=True):
            if not line.said:
                continue
            for height, node in enumerate(chain):
                if self.held[node] >= 0.8 * self.total and len(chain) - height > depth:
                    best, depth = node, len(chain) - height
        return best

    def _name(self, node: Element) -> str:
        if node not in self.names:
            self.names[node] = labels(node)
        return self.names[node]

    def _groups(self, levels: int) -> list[tuple[float, int, float]]:
        """For each line, of the lines marked up as it is: the share that the engine takes, how many, their mean length."""
        keys = [tuple((node.tag, self._name(node)) for node in chain[:levels]) for chain in self.chains]
        held: dict[object, list[int]] = defaultdict(lambda: [0, 0, 0])
        for key, line in zip(keys, self.lines, strict=True):
            entry = held[key]
            entry[0] += line.said
            entry[1] += 1
            entry[2] += len(line.folded)
        return [(held[key][0] / held[key][1], held[key][1], held[key][2] / held[key][1]) for key in keys]

    def _marks(self, node: Element | None) -> tuple[int, ...]:
        """How many elements above a line in `node` stand the things that tell what it is in (MARKS); DEEP where they do
        not, or farther."""
        if node is None:
            return (DEEP,) * len(MARKS)
        if node not in self.near:
            above, told = self._marks(node.getparent()), self._told_by(node)
            self.near[node] = tuple(
                0 if key in told else min(DEEP, height + 1) for key, height in zip(MARKS, above, strict=True)
            )
        return self.near[node]

    def _told_by(self, node: Element) -> tuple[str, ...]:
        name, tag = self._name(node), node.tag
        # What holds the article is no box, by whatever name it goes.
        small = self.held[node] < 0.5 * self.total
        tests = {
            "inside": node is self.container,
            "box_near": small and bool(name and BOX_NAME.search(name)),
            "box_tag_near": small and tag in BOX_TAGS,
            "hidden_near": small and is_hidden(node),
            "body_near": bool(name and BODY_NAME.search(name)),
            "list_near": tag in ("ul", "ol"),
            "quote_near": tag == "blockquote",
            "table_near": tag == "table",
            "item_scope": node.get("itemprop") == "articleBody",
        }
        return tuple(key for key, true in tests.items() if true)

    def rows(self, start: int, end: int) -> list[list[float]]:
        lines = self.lines
        taken = [index for index, line in enumerate(lines) if line.said]
        first, last = (taken[0], taken[-1]) if taken else (0, 0)
        ahead = [FAR] * (len(lines) + 1)
        for index in range(len(lines) - 1, -1, -1):
            ahead[index] = 0 if lines[index].said else (ahead[index + 1] + 1 if index + 1 < len(lines) else FAR)
        rows: list[list[float]] = []
        before, since, heading, since_h1 = 0, FAR, FAR, FAR * 2
        for index, line in enumerate(lines):
            if line.cut.heading == 1:
                since_h1 = 0
            if start <= index < end:
                ends = (max(-FAR, min(FAR, index - first)), max(-FAR, min(FAR, last - index)))
                run = (*ends, before / self.total, since, ahead[index], heading)
                rows.append(list(map(float, self._row(index, run, since_h1))))
            before += len(line.folded) if line.said else 0
            since = 0 if line.said else min(FAR, since + 1)
            heading = 0 if line.cut.block.kind == "heading" else min(FAR, heading + 1)
            since_h1 = min(2 * FAR, since_h1 + 1)
        return rows

    def _row(self, index: int, run: tuple[float, ...], since_h1: int) -> tuple[float, ...]:
        lines, line, chain = self.lines, self.lines[index], self.chains[index]
        block, cut, near = line.cut.block, line.cut, dict(zip(MARKS, self._marks(chain[0]), strict=True))
        parent = chain[1] if len(chain) > 1 else chain[0]
        grand = chain[2] if len(chain) > 2 else parent
        text, size = block.text, max(1, len(block.text))
        inked = {"link": 0, "strong": 0, "emphasis": 0}
        links = 0
        for span in block.spans:
            inked[span.kind] = inked.get(span.kind, 0) + span.end - span.start
            links += span.kind == "link"
        around = lines[max(0, index - 3) : index + 4]
        start = text[:200]
        return (
            line.said, line.chosen, line.declared, math.log1p(len(line.folded)),
            sum(text.count(mark) for mark in ".!?。！？।,،、"), _ends(text), cut.linked / size, links,
            inked["strong"] / size, inked["emphasis"] / size, sum(map(str.isdigit, start)) / len(start),
            sum(map(str.isupper, start)) / len(start),
            cut.heading or 0, KINDS.index(block.kind), _tag(chain[0]), _tag(parent),
            len(chain), near["inside"], self._above(chain), near["box_near"], near["box_tag_near"], near["hidden_near"],
            near["body_near"], near["list_near"], near["quote_near"], near["table_near"],
            self.held[parent] / self.total, self.links[parent] / max(1, self.size[parent]),
            self.size[parent] / self.count[parent], *self.alike[index], *self.kin[index][:2], index / len(lines),
            *run, *self._beside(index - 1), *self._beside(index + 1),
            sum(each.cut.linked for each in around) / max(1, sum(len(each.cut.block.text) for each in around)),
            sum(each.said for each in around) / len(around), self.times[line.folded], math.log(self.total), len(lines),
            self.declared, since_h1, self.held[grand] / self.total, near["item_scope"],
        )  # fmt: skip

    def _beside(self, index: int) -> tuple[float, float, float, float]:
        if not 0 <= index < len(self.lines):
            return -1, -1, -1, -1
        line = self.lines[index]
        size = max(1, len(line.cut.block.text))
        return line.said, math.log1p(len(line.folded)), line.cut.linked / size, KINDS.index(line.cut.block.kind)

    def _above(self, chain: tuple[Element, ...]) -> float:
        """How far up the line's way to the article's text parts from it."""
        least = 0.1 * self.total
        return next((height for height, node in enumerate(chain) if self.held[node] >= least), DEEP)


def _ends(text: str) -> float:
    bare = text.rstrip(CLOSING)
    return float(bare[-1:] in SENTENCE_ENDS) if bare else 0.0


def _tag(node: Element) -> int:
    return TAGS.index(node.tag) if node.tag in TAGS else len(TAGS)
