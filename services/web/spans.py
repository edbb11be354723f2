"""A block's inline markup as HTML. Spans may nest and overlap; elements may only nest.

Whatever the spans are, the result is well-formed, its text is the block's text, and it holds inline elements only: no markup
ever splits a block.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from services.web.addresses import external
from shared.events import Block, SpanKind

# From the outside in. Links stand outermost, so that no other markup that overlaps one cuts it in two.
NESTING: tuple[SpanKind, ...] = ("link", "quotation", "strong", "emphasis", "code")
_TAGS: dict[SpanKind, str] = {"link": "a", "quotation": "q", "strong": "strong", "emphasis": "em", "code": "code"}

_QUOTE_MARKS = frozenset("\"'«»‹›“”„‟‘’‚‛「」『』〈〉《》")


@dataclass(frozen=True, eq=False)
class _Mark:
    start: int
    end: int
    opening: Markup
    closing: Markup


def render(block: Block) -> Markup:
    """`block.text`, escaped, with its spans as `a q strong em code`."""
    layers = [_layer(block, kind) for kind in NESTING]
    cuts = sorted({0, len(block.text), *(edge for layer in layers for mark in layer for edge in (mark.start, mark.end))})
    out: list[str] = []
    standing: list[_Mark] = []
    for start, end in pairwise(cuts):
        wanted = [mark for layer in layers if (mark := _at(layer, start))]
        kept = next((n for n, pair in enumerate(zip(standing, wanted, strict=False)) if pair[0] is not pair[1]), None)
        kept = min(len(standing), len(wanted)) if kept is None else kept
        out += [mark.closing for mark in reversed(standing[kept:])]
        out += [mark.opening for mark in wanted[kept:]]
        out.append(escape(block.text[start:end]))
        standing = wanted
    out += [mark.closing for mark in reversed(standing)]
    return Markup("".join(out))  # noqa: S704 - made of escaped text and of our own tags


def cells(block: Block, separator: str) -> Iterator[Block]:
    """The block cut at each `separator`, its spans with it."""
    start = 0
    for piece in block.text.split(separator):
        end = start + len(piece)
        inside = [
            span.model_copy(update={"start": max(span.start, start) - start, "end": min(span.end, end) - start})
            for span in block.spans
            if span.start < end and span.end > start
        ]
        yield block.model_copy(update={"text": piece, "spans": tuple(inside)})
        start = end + len(separator)


def _layer(block: Block, kind: SpanKind) -> list[_Mark]:
    """The marks of one kind, in order and apart. Those that overlap become one; links, which lead to different places,
    begin where the one before them ends."""
    marks: list[_Mark] = []
    reached = 0
    for start, end, href in _usable(block, kind):
        if start < reached and href is None:
            last = marks.pop()
            start, end = last.start, max(last.end, end)
        start = start if href is None else max(start, reached)
        if start < end:
            marks.append(_mark(block.text, kind, start, end, href))
            reached = end
    # _at pops from the end.
    return marks[::-1]


def _usable(block: Block, kind: SpanKind) -> list[tuple[int, int, str | None]]:
    found = []
    for span in block.spans:
        start, end = max(0, span.start), min(len(block.text), span.end)
        href = external(span.href) if span.kind == "link" else None
        if span.kind == kind and start < end and (kind != "link" or href):
            found.append((start, end, href))
    return sorted(found, key=lambda mark: (mark[0], -mark[1]))


def _at(layer: list[_Mark], place: int) -> _Mark | None:
    while layer and layer[-1].end <= place:
        layer.pop()
    return layer[-1] if layer and layer[-1].start <= place else None


def _mark(text: str, kind: SpanKind, start: int, end: int, href: str | None) -> _Mark:
    tag = _TAGS[kind]
    attributes = Markup()
    if kind == "link":
        attributes = Markup(' href="{}" rel="external nofollow noopener"').format(href)
    elif kind == "quotation" and _has_marks(text, start, end):
        attributes = Markup(' class="marked"')
    return _Mark(start, end, Markup("<{}{}>").format(tag, attributes), Markup("</{}>").format(tag))


def _has_marks(text: str, start: int, end: int) -> bool:
    """Whether the quotation brings its own quote marks, just within or just without."""
    return bool(_QUOTE_MARKS & {text[start], text[end - 1], text[max(0, start - 1)], text[min(end, len(text) - 1)]})
