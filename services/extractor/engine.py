"""trafilatura, asked one question: which text of this page is the article?

It answers in text only; the blocks, their markup and their places come from our own cut of the tree (blocks.py). It is
not safe in threads (its lxml trees are shared), so it runs in processes only.
"""

import logging
from dataclasses import dataclass
from typing import Any

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from services.extractor.markup import Element, fold

# The engine's own names for what stands on a line of its own.
LINES = frozenset({"p", "head", "item", "quote", "cell", "row", "code"})
UNREAD = ("style", "svg", "link", "template")
PAGES_BETWEEN_RESETS = 200  # its caches grow without bound
_pages = 0

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class MainText:
    """What the engine takes for the article, folded (markup.fold): as one string and line by line."""

    whole: str
    lines: frozenset[str]


def main_text(tree: Element, url: str) -> MainText:
    """The engine's answer for `tree`, which it copies. Empty where it finds nothing or fails."""
    global _pages
    _pages += 1
    if _pages % PAGES_BETWEEN_RESETS == 0:
        reset_caches()
    # It copies the tree several times; what it never reads need not come along.
    etree.strip_elements(tree, *UNREAD, with_tail=False)
    for script in tree.xpath("//script[not(contains(@type, 'ld+json'))]"):
        script.drop_tree()
    for quotation in list(tree.iter("q")):
        quotation.tag = "span"  # it takes <q> for a block quote and tears the paragraph apart
    try:
        # "xml" only spares it the rendering as text, which it does for "python" and takes quadratic time over.
        found: Any = bare_extraction(tree, url=url, include_comments=False, with_metadata=False, output_format="xml")
    except MemoryError:
        raise  # the bound on this worker: the pool's business
    except Exception:  # an engine of many thousand rules, over hostile pages: whatever it raises means "nothing found"
        return MainText("", frozenset())
    if found is None or found.body is None:
        return MainText("", frozenset())
    lines: set[str] = set()
    for element in found.body.iter("*"):
        lines.add(fold(element.text))
        lines.add(fold(element.tail))
        if element.tag in LINES:
            lines.add(fold("".join(element.itertext())))
    return MainText(fold("".join(found.body.itertext())), frozenset(lines - {""}))
