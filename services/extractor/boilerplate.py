"""A memory of the lines that a site prints around its articles, so that they can be trimmed from the text's ends.

Only ends: a line repeated within (a sub-head such as "Background") may be the writer's. Trimming comes after the content
hash, so that what is remembered never makes the same page a new revision. It lives in the process that owns the pages'
partition, which goes by registered domain; after a rebalance a site is learned anew within a few pages.
"""

import hashlib
from collections import OrderedDict

from services.extractor.markup import fold
from shared.events import Article, Block
from shared.ids import registered_domain

SEEN_ON = 3  # other articles of the site; a wire's dateline or a series' line comes twice by chance
EDGE_BLOCKS = 6  # that are remembered and may be trimmed, at either end
MOST_LINES = 150  # of one site, the longest unseen forgotten first
MOST_SITES = 1_000  # of 150 lines each some 80 MB at the very most

Lines = OrderedDict[bytes, tuple[str, ...]]


class Boilerplate:
    """Bounded in sites and lines."""

    def __init__(self) -> None:
        self._sites: OrderedDict[str, Lines] = OrderedDict()

    def trim(self, article: Article) -> Article:
        """`article` without the lines at its ends that stand on SEEN_ON other articles of its site; then remembers its ends.
        The same article again counts once. At least one block stays."""
        lines = self._lines(registered_domain(article.canonical_url))
        blocks = article.blocks
        first, last = 0, len(blocks)
        while last - first > 1 and len(blocks) - last < EDGE_BLOCKS and _known(lines, blocks[last - 1], article):
            last -= 1
        while last - first > 1 and first < EDGE_BLOCKS and _known(lines, blocks[first], article):
            first += 1
        _remember(lines, article)
        if last - first == len(blocks):
            return article
        kept = blocks[first:last]
        gone = sum(len(block.text.split()) for block in (*blocks[:first], *blocks[last:]))
        return article.model_copy(update={"blocks": kept, "word_count": max(0, article.word_count - gone)})

    def _lines(self, site: str) -> Lines:
        lines = self._sites.setdefault(site, OrderedDict())
        self._sites.move_to_end(site)
        if len(self._sites) > MOST_SITES:
            self._sites.popitem(last=False)
        return lines


def _known(lines: Lines, block: Block, article: Article) -> bool:
    return sum(each != article.article_id for each in lines.get(_line(block), ())) >= SEEN_ON


def _remember(lines: Lines, article: Article) -> None:
    blocks = article.blocks
    ends = blocks if len(blocks) <= 2 * EDGE_BLOCKS else (*blocks[:EDGE_BLOCKS], *blocks[-EDGE_BLOCKS:])
    for block in ends:
        line = _line(block)
        known = lines.pop(line, ())
        if article.article_id not in known and len(known) <= SEEN_ON:
            known = (*known, article.article_id)
        lines[line] = known
    while len(lines) > MOST_LINES:
        lines.popitem(last=False)


def _line(block: Block) -> bytes:
    return hashlib.blake2b(fold(block.text).encode("utf-8", "replace"), digest_size=8).digest()
