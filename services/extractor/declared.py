"""What a page says of itself for machines: JSON-LD, Open Graph and other meta elements."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.extractor.markup import Element, fold, squeeze

MAX_NODES = 5_000  # of one page's JSON-LD; the largest seen on true pages has a tenth of that
_ARTICLE = re.compile(r"(?i)(?:.*article|blogposting|.*newsarticle|report|reportage.*|liveblogposting|socialmediaposting)$")
_LISTING = frozenset({"collectionpage", "itemlist", "searchresultspage", "blog"})
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_TAG = re.compile(r"<[^>]{0,500}>")

Json = dict[str, Any]


@dataclass(frozen=True)
class Declared:
    """`article` is the JSON-LD object that describes the article (empty if none), `types` all JSON-LD types of the page in
    lower case, `meta` the meta elements by lower-case name, property or itemprop, in order."""

    article: Json
    types: frozenset[str]
    meta: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """The first non-empty meta value under any of `names`, names in order of preference."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)

    def text(self, key: str) -> str | None:
        """The article object's `key` as plain text."""
        return plain(self.article.get(key))

    @property
    def is_article(self) -> bool:
        """Whether the page calls itself an article."""
        return bool(self.article) or (self.first("og:type") or "").lower() in ("article", "news", "newsarticle")

    @property
    def is_listing(self) -> bool:
        """Whether the page calls itself a collection, and not an article."""
        return not self.is_article and bool(self.types & _LISTING)


def declared(tree: Element, url: str = "") -> Declared:
    """All that `tree` declares. Broken JSON-LD is repaired where that is plain, else left out."""
    objects = list(_objects(tree))
    types = frozenset(name.lower() for each in objects for name in type_names(each))
    return Declared(article=_article(objects, tree, url), types=types, meta=_meta(tree))


def plain(value: object) -> str | None:
    """A JSON-LD value as text without markup and entities; of a list, the first; None when it is no text."""
    if isinstance(value, list):
        return next((text for text in map(plain, value) if text), None)
    if isinstance(value, dict):
        return plain(value.get("@value") or value.get("name"))
    if not isinstance(value, str):
        return None
    text = html.unescape(value)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return squeeze(html.unescape(text)) or None


def type_names(node: Json) -> list[str]:
    """The `@type` of `node`, always a list."""
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return [name.rpartition("/")[2] for name in names if isinstance(name, str)]


def _objects(tree: Element) -> Iterator[Json]:
    left = MAX_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        stack = [_load("".join(script.itertext()))]
        while stack and left:
            node = stack.pop()
            left -= 1
            if isinstance(node, list):
                stack.extend(reversed(node))
            elif isinstance(node, dict):
                yield node
                stack.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if key in node)


def _load(text: str) -> object:
    bare = _WRAPPING.sub("", text).strip().rstrip(";")
    for attempt in (bare, _TRAILING_COMMA.sub(r"\1", bare), html.unescape(bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _article(objects: list[Json], tree: Element, url: str) -> Json:
    """Among the article objects the one about this page: it names the page's URL or its heading, else the fullest."""
    found = [node for node in objects if any(_ARTICLE.match(name) for name in type_names(node))]
    if len(found) < 2:
        return found[0] if found else {}
    headings = {fold(" ".join(heading.itertext())) for heading in tree.iter("h1")} - {""}
    path = url.partition("://")[2].rstrip("/")

    def rank(node: Json) -> tuple[bool, bool, int]:
        own = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
        names = [each.get("@id") if isinstance(each, dict) else each for each in own]
        here = bool(path) and any(isinstance(name, str) and path in name for name in names)
        return here, fold(plain(node.get("headline"))) in headings, len(node)

    return max(found, key=rank)


def _meta(tree: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = squeeze(element.get("content"))
        if not value:
            continue
        if "&" in value:
            value = squeeze(html.unescape(value))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name:
                found.setdefault(name, []).append(value)
    return found
