"""An article's text as the page shows it: the English and the original, passage beside passage. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from markupsafe import Markup

from services.web import spans
from services.web.languages import ENGLISH, Direction, Text, direction, tag, text
from services.web.rights import Granted
from shared.events import Block, BlockKind

CELL_BREAK = " | "  # what stands between the cells of a `table_row`
_TOGETHER = frozenset({"list_item", "table_row"})  # blocks that make one element with their neighbours of the same kind
TOP_HEADING = 2  # below the headline
LOWEST_HEADING = 4
WORDS_PER_MINUTE = 230  # of an adult reading silently (Brysbaert 2019: 238 for non-fiction)


@dataclass(frozen=True)
class Piece:
    """A block: its inline HTML (`cells` of a table row) and the attributes of its element."""

    html: Markup
    cells: tuple[Markup, ...]
    lang: str
    dir: Direction
    foreign: bool  # stands in the original's language among the English


@dataclass(frozen=True)
class Passage:
    """A block, or the items of a list, or the rows of a table; in English, in the original, or both."""

    kind: BlockKind
    level: int
    english: tuple[Piece, ...]
    original: tuple[Piece, ...]


def passages(article: Granted) -> tuple[Passage, ...]:
    """The whole text. Only English where it was written in English, only the original where translation is pending."""
    status = article.translation.status
    waits = status == "pending" or article.translation.body_waits
    english: tuple[Block | None, ...] = () if waits else article.translation.blocks
    original: tuple[Block | None, ...] = () if status == "passed_through" else article.blocks
    levels = _levels(article.blocks)
    return tuple(_passages(list(zip_longest(english, original)), levels, article.language))


def both(article: Granted) -> bool:
    """Whether there are two versions to switch between."""
    translation = article.translation
    return translation.status in ("translated", "partial") and not translation.body_waits and bool(article.blocks)


def standfirst(article: Granted) -> Text | None:
    """The standfirst in the version that is shown first."""
    if article.translation.status == "pending":
        return text(article.standfirst, article.language) if article.standfirst else None
    return text(article.translation.standfirst, ENGLISH) if article.translation.standfirst else None


def minutes(article: Granted) -> int | None:
    """How long it takes to read, in minutes; None where the text is not shown, or is not counted in words."""
    return max(1, round(article.word_count / WORDS_PER_MINUTE)) if article.blocks and article.word_count else None


def _passages(pairs: list[tuple[Block | None, Block | None]], levels: dict[int, int], language: str) -> Iterator[Passage]:
    numbered = enumerate(pairs)
    for _, run in groupby(numbered, lambda one: _kind(one[1]) if _kind(one[1]) in _TOGETHER else one[0]):
        members = [pair for _, pair in run]
        kind = _kind(members[0])
        level = next((block.level for block in members[0] if block and block.level), None) or TOP_HEADING
        yield Passage(
            kind=kind,
            level=levels.get(level, TOP_HEADING),
            english=tuple(_piece(block, ENGLISH, language) for block, _ in members if block),
            original=tuple(_piece(block, language, language) for _, block in members if block),
        )


def _kind(pair: tuple[Block | None, Block | None]) -> BlockKind:
    block = pair[0] or pair[1]
    assert block is not None
    return block.kind


def _piece(block: Block, version: str, original: str) -> Piece:
    language = block.lang or version
    cells = tuple(map(spans.render, spans.cells(block, CELL_BREAK))) if block.kind == "table_row" else ()
    foreign = version == ENGLISH != original and language != ENGLISH
    return Piece(spans.render(block), cells, tag(language), direction(language), foreign)


def _levels(blocks: tuple[Block, ...]) -> dict[int, int]:
    """The page's level for each level that the publisher used: in order, without gaps."""
    used = sorted({block.level or TOP_HEADING for block in blocks if block.kind == "heading"})
    return {level: min(TOP_HEADING + place, LOWEST_HEADING) for place, level in enumerate(used)}
