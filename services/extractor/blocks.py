"""The page's text cut into blocks along its block elements, with inline markup as spans over them.

Cutting goes by the page's own tree, never by an extractor's output, so no inline element can split a block or lose its
place. Which of the blocks belong to the article is decided elsewhere (body.py).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from services.extractor.markup import IGNORED, UNSEEN, Element, is_hidden, squeeze
from shared.events import Block, BlockKind, Span, SpanKind

INLINE: dict[str, SpanKind] = {
    "em": "emphasis", "i": "emphasis", "cite": "emphasis", "dfn": "emphasis",
    "strong": "strong", "b": "strong", "a": "link", "q": "quotation",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
# Elements that begin a line of their own (HTML Standard, rendering, flow content).
BLOCK_ELEMENTS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "p",
        "plaintext",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "ul",
    ]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
CELLS = frozenset({"td", "th"})
CELL_BREAK = " | "
LARGEST_CELL_ROW = 600  # characters; a longer row is layout, not data

_OTHER_SPACE = re.compile(r"[^\S\n ]+")
# Addresses about which nothing is to be resolved but the host.
_WHOLE = re.compile(r"https?://[\w.-]+/(?!.*/\.)[^\s\[\]]*$")
_ROOTED = re.compile(r"/(?!/)(?!.*/\.)[^\s\[\]]*$")


class Cut(NamedTuple):
    """One block as it stands in the page: `element` is the block element that holds it, `linked` the number of its
    characters within links, `heading` the level of the h1 to h6 it is the text of."""

    block: Block
    element: Element
    linked: int
    heading: int | None = None


def cut(tree: Element, base_url: str) -> list[Cut]:
    """Every block of text under `tree` in the order of the page."""
    base = urlsplit(base_url)
    origin = f"{base.scheme}://{base.netloc}" if base.scheme in ("http", "https") and base.netloc else ""
    return list(_Cutter(tree, base_url, origin).run())


@dataclass
class _Cutter:
    root: Element
    base_url: str
    origin: str
    pieces: list[str] = field(default_factory=list)
    marks: list[tuple[int, int, SpanKind, str | None]] = field(default_factory=list)
    length: int = 0
    open: list[tuple[Element, SpanKind, str | None, int]] = field(default_factory=list)
    holders: list[Element] = field(default_factory=list)
    tables: int = 0  # of the holders
    breaks: int = 0

    def run(self) -> Iterator[Cut]:
        walker = etree.iterwalk(self.root, events=("start", "end"))
        skipped: Element = None
        for event, node in walker:
            tag = node.tag
            if event == "start":
                if self._unseen(node, tag):
                    walker.skip_subtree()
                    skipped = node
                    continue
                yield from self._enter(node, tag)
                self._add(node.text)
            elif node is skipped:
                self._add(node.tail)
            else:
                yield from self._leave(node, tag)
                if node is not self.root:
                    self._add(node.tail)
        yield from self._flush()

    def _unseen(self, node: Element, tag: str) -> bool:
        """Hidden blocks are cut and judged by body.py; hidden words within a line would stand in the middle of it."""
        if tag in UNSEEN:
            return node is not self.root
        return tag not in BLOCK_ELEMENTS and len(node.attrib) > 0 and is_hidden(node)

    def _enter(self, node: Element, tag: str) -> Iterator[Cut]:
        if tag == "br":
            self.breaks += 1
            if self.breaks == 2 and not self._preformatted():
                yield from self._flush()  # two in a row are how old pages part paragraphs
            self._put("\n" if self._preformatted() else " ")
        elif tag in CELLS and self._row() is not None:
            if self.length:
                self._put(CELL_BREAK)
        elif tag in BLOCK_ELEMENTS:
            if self.pieces and self._row() is None:
                yield from self._flush()
            self.holders.append(node)
            self.tables += tag == "table"
        elif kind := INLINE.get(tag):
            self.open.append((node, kind, self._href(node) if kind == "link" else None, self.length))

    def _leave(self, node: Element, tag: str) -> Iterator[Cut]:
        if self.holders and self.holders[-1] is node:
            if self.pieces and self._row() in (None, node):
                yield from self._flush()
            elif self.pieces:
                self._put(" ")
            self.holders.pop()
            self.tables -= tag == "table"
        elif self.open and self.open[-1][0] is node:
            _, kind, href, start = self.open.pop()
            self._mark(start, kind, href)

    def _row(self) -> Element | None:
        """The data row that is open, if any: in it nothing parts blocks."""
        for holder in reversed(self.holders) if self.tables else ():
            if holder.tag == "tr":
                return holder if _is_data(holder) else None
            if holder.tag == "table":
                return None
        return None

    def _preformatted(self) -> bool:
        return any(holder.tag in ("pre", "listing") for holder in self.holders[-3:])

    def _add(self, text: str | None) -> None:
        if text:
            if self.breaks and not text.isspace():
                self.breaks = 0
            self._put(text)

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def _mark(self, start: int, kind: SpanKind, href: str | None) -> None:
        if start < self.length and (kind != "link" or href):
            self.marks.append((start, self.length, kind, href))

    def _href(self, node: Element) -> str | None:
        given = (node.get("href") or "").strip()
        if not given or given.startswith("#"):
            return None
        if _WHOLE.match(given):
            return given
        if self.origin and _ROOTED.match(given):
            return self.origin + given
        try:
            target = urljoin(self.base_url, given)
            return target if urlsplit(target).scheme in ("http", "https", "mailto") else None
        except ValueError:
            return None

    def _flush(self) -> Iterator[Cut]:
        for _, inline, href, start in self.open:
            self._mark(start, inline, href)
        raw, marks = "".join(self.pieces), self.marks
        self.pieces, self.marks, self.length = [], [], 0
        # Inline elements may reach across blocks (an <a> around a card): they go on in the next one.
        self.open = [(node, inline, href, 0) for node, inline, href, _ in self.open]
        if not raw or raw.isspace():
            return
        kind, level, holder = _kind(self.holders)
        if marks or kind == "preformatted":
            text, places = _normal(raw, {end for mark in marks for end in mark[:2]}, keep_lines=kind == "preformatted")
            spans = _spans(text, marks, places)
        else:
            text, spans = squeeze(raw), ()
        if not text:
            return
        linked = _covered(span for span in spans if span.kind == "link")
        heading = HEADINGS.get(holder.tag) if holder is not None else None
        element = holder if holder is not None else self.root
        yield Cut(Block(kind=kind, text=text, spans=spans, level=level), element, linked, heading)


def _is_data(row: Element) -> bool:
    """A row of a data table: two cells or more, small, and no blocks but paragraphs in them."""
    known: str | None = row.get("data-row-kind")
    if known is None:
        cells = [cell for cell in row if cell.tag in CELLS]
        inner = {node.tag for cell in cells for node in cell.iterdescendants() if node.tag in BLOCK_ELEMENTS}
        small = len(squeeze("".join(row.itertext()))) <= LARGEST_CELL_ROW
        known = "data" if len(cells) >= 2 and small and inner <= {"p", "div"} else "layout"
        row.set("data-row-kind", known)
    return known == "data"


def _kind(holders: list[Element]) -> tuple[BlockKind, int | None, Element | None]:
    """Kind and level of a block from what it stands in; the innermost element that says something decides."""
    if not holders:
        return "paragraph", None, None
    innermost = holders[-1]
    for holder in reversed(holders):
        tag = holder.tag
        if tag in HEADINGS:
            return "heading", max(2, HEADINGS[tag]), holder
        if tag in ("figcaption", "caption"):
            return "caption", None, innermost
        if tag in ("li", "dd", "dt"):
            return "list_item", None, innermost
        if tag == "blockquote":
            return "quote", None, innermost
        if tag in ("pre", "listing"):
            return "preformatted", None, innermost
        if tag == "tr" and _is_data(holder):
            return "table_row", None, innermost
        if tag in ("article", "main", "body", "aside", "section", "table", "nav", "footer"):
            break
    return "paragraph", None, innermost


def _normal(raw: str, ends: Iterable[int], *, keep_lines: bool) -> tuple[str, dict[int, int]]:
    """`raw` with white space normalised, and for each of `ends`, places in `raw`, the place in the result. Piece by piece
    from end to end: a page may have a hundred thousand links in one block."""
    places: dict[int, int] = {}
    size, gap = 0, False  # of the text so far; whether white space follows it, or, with lines kept, ends it
    whole = _OTHER_SPACE.sub(" ", IGNORED.sub("", raw)) if keep_lines else squeeze(raw)
    for start, end in pairwise((0, *sorted(ends))):
        piece = IGNORED.sub("", raw[start:end])
        if keep_lines:
            # A run of them is one space, also where a piece ends within it.
            size += len(_OTHER_SPACE.sub(" ", piece)) - (gap and _OTHER_SPACE.match(piece) is not None)
            gap = _OTHER_SPACE.match(piece[-1:]) is not None if piece else gap
            places[end] = size
        elif piece:
            inner = squeeze(piece)
            if inner:
                size += len(inner) + ((gap or piece[0].isspace()) and size > 0)
                gap = False
            gap = gap or piece[-1].isspace()
        if not keep_lines:
            places[end] = size + (gap and size > 0)
    text = whole.strip("\n").rstrip() if keep_lines else whole
    lead = len(whole) - len(whole.lstrip("\n")) if keep_lines else 0
    return text, {end: min(max(place - lead, 0), len(text)) for end, place in places.items()}


def _spans(text: str, marks: list[tuple[int, int, SpanKind, str | None]], places: dict[int, int]) -> tuple[Span, ...]:
    """Spans over `text`: no white space at their ends, none empty, none equal, neighbours of one kind joined."""
    trimmed = []
    for first, last, kind, href in marks:
        start, end = places[first], places[last]
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            trimmed.append((kind, href, start, end))
    joined: list[tuple[SpanKind, str | None, int, int]] = []
    for kind, href, start, end in sorted(set(trimmed), key=lambda mark: (mark[0], mark[1] or "", mark[2], -mark[3])):
        if joined and joined[-1][:2] == (kind, href) and not text[joined[-1][3] : start].strip():
            joined[-1] = (kind, href, joined[-1][2], max(end, joined[-1][3]))
        else:
            joined.append((kind, href, start, end))
    ordered = sorted(joined, key=lambda mark: (mark[2], -mark[3], mark[0]))
    return tuple(Span(start=start, end=end, kind=kind, href=href) for kind, href, start, end in ordered)


def _covered(spans: Iterator[Span]) -> int:
    total, reached = 0, 0
    for span in spans:
        total += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total
