"""Text to a tree, once per page, and the few questions every reader of the tree asks."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

# lxml's stubs lack much of what we use; an element is an element.
Element = Any

_HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|clip-path\s*:\s*inset\(50%|clip\s*:\s*rect\(")
_FOR_READERS = re.compile(r"(?i)(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|u-hidden)(?:$|\s)")
_NO_LETTERS = re.compile(r"[\W_]+")
IGNORED = re.compile("[\u200b\u2060\ufeff\u00ad]")

# All elements alike: lxml.html asks a Python function for the class of every element that is looked at.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)

LARGE = 1_000_000  # characters from which a page is searched for pieces that are an attack
LONGEST_TEXT = 300_001  # of one piece; one more than is kept of an article (page.MOST_TEXT), so that the cut is seen

# What a reader never sees as text.
UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "applet",
        "canvas",
        "audio",
        "video",
        "map",
        "head",
        "title",
        "meta",
        "link",
        "select",
        "option",
        "optgroup",
        "datalist",
        "button",
        "input",
        "textarea",
        "progress",
        "meter",
        "dialog",
    ]
)


def parse(text: str) -> Element:
    """The page's tree, root element `html`, without comments and processing instructions.

    libxml2 repairs what is broken and refuses depth and node sizes that are attacks (it stops there, we keep what came
    before). Raises ValueError when nothing is left.
    """
    # Fed as UTF-8 bytes: lxml refuses str with an XML declaration of an encoding.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except (etree.LxmlError, AssertionError, TypeError) as error:
        raise ValueError(f"no document: {error}") from error
    if len(text) > LARGE:
        _shorten(tree)
    return tree


def _shorten(tree: Element) -> None:
    """Cuts text and attributes that no page needs so long: what reads the tree takes more than linear time over some."""
    for node in tree.iter("*"):
        if node.tag != "script" and len(node.text or "") > LONGEST_TEXT:
            node.text = node.text[:LONGEST_TEXT]
        if len(node.tail or "") > LONGEST_TEXT:
            node.tail = node.tail[:LONGEST_TEXT]
        for name, value in node.items():
            if len(value) > LONGEST_TEXT:
                node.set(name, value[:LONGEST_TEXT])


def squeeze(text: str | None) -> str:
    """`text` with every run of white space (no-break ones too) as one space, none at the ends, no zero-width marks."""
    if not text:
        return ""
    return " ".join((text if text.isascii() else IGNORED.sub("", text)).split())


def text_of(element: Element) -> str:
    """All text under `element` that a reader sees, squeezed."""
    return squeeze("".join(seen_text(element)))


def seen_text(element: Element) -> Iterator[str]:
    """The pieces of text under `element` that a reader sees, in order."""
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            if node is not element and node.tail:
                yield node.tail
        elif node.tag in UNSEEN and node is not element:
            walker.skip_subtree()
        else:
            if node.tag == "br":
                yield " "
            if node.text:
                yield node.text


def is_hidden(element: Element) -> bool:
    """Whether `element` is kept from those who see: by its own style or attribute, or as text for screen readers only."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN_STYLE.search(element.get("style") or "") or _FOR_READERS.search(element.get("class") or ""))


def labels(element: Element) -> str:
    """Class, id, role and the other attributes by which authors name a part of a page, in lower case."""
    get = element.get
    parts = (
        get("class"),
        get("id"),
        get("role"),
        get("data-testid"),
        get("data-component"),
        get("data-qa"),
        get("aria-label"),
    )
    return " ".join(part for part in parts if part).lower()


def fold(text: str | None) -> str:
    """`text` reduced to letters and digits in one case, for comparing what two places say."""
    return _NO_LETTERS.sub("", (text or "").casefold())
