"""Who wrote it: people first, from JSON-LD, meta elements or the byline the page shows."""

import re
from collections.abc import Iterable, Iterator

from services.extractor.declared import Declared, plain
from services.extractor.markup import Element, fold, labels, squeeze, text_of

LONGEST_NAME = 80
MOST = 20

_BY = re.compile(
    r"^(?:by|von|par|por|di|de|door|av|af|przez|yazan|oleh|na|autor(?:in|es|a)?|auteur|"
    r"text|texte|texto|testo|tekst|foto|written by|"
    r"автор|текст|بقلم|كتب|लेखक|文|記者|记者)\s*[:：]\s*|^(?:by|von|par|por|door|av|oleh|przez|written by|story by)\s+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[;|•·/\n]|,\s|\s(?:and|und|et|y|e|og|och|en|i|ve|dan|и)\s|\s&\s|、)\s*")
_NOISE = re.compile(
    r"https?://\S+|\S+@\S+|(?:^|\s)@\w+|\(.*?\)|\b(?:published|updated|posted|aktualisiert|publié|publicado)\b.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:admin|administrator|editor|author|webmaster|null|none|undefined|unknown|anonymous|staff|\W*)$", re.IGNORECASE
)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author|authors|autor|autore|auteur|writer)(?:$|[\s_-]|name)")


def choose(tree: Element, page: Declared, site_names: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The authors in the order given and the place they are taken from; the site itself only where no one else is named."""
    sites = {fold(name) for name in site_names} - {""}
    for place, names in (
        ("json-ld", _structured(page)),
        ("meta", _declared(page)),
        ("byline", _shown(tree)),
    ):
        found = tuple(_clean(names))
        people = tuple(name for name in found if fold(name) not in sites)
        if people or found:
            return (people or found)[:MOST], place
    return (), ""


def _structured(page: Declared) -> Iterator[str]:
    stack = [page.article.get("author") or page.article.get("creator")]
    while stack:
        node = stack.pop(0)
        if isinstance(node, list):
            stack[:0] = node
        elif isinstance(node, dict):
            names = node.get("name")
            if isinstance(names, list):
                stack[:0] = names
            elif name := plain(names):
                yield from _several(name)
        elif isinstance(node, str) and (name := plain(node)):
            yield from _several(name)


def _declared(page: Declared) -> Iterator[str]:
    for key in (
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "sailthru.author",
        "byl",
        "cxenseparse:author",
    ):
        given = page.meta.get(key, ())
        if names := [name for value in given for name in _several(value)]:
            yield from names
            return


def _shown(tree: Element) -> Iterator[str]:
    marked = [
        *tree.xpath("//*[@itemprop='author' or @rel='author']"),
        *(node for node in tree.iter("a", "span", "p", "div", "address") if _BYLINE.search(labels(node)[:200])),
    ]
    for node in marked:
        inner = node.xpath(".//*[@itemprop='name']")
        text = text_of(inner[0] if inner else node)
        if text and len(text) <= LONGEST_NAME:
            yield from _several(text)
            return


def _several(text: str) -> Iterator[str]:
    if text.startswith(("http://", "https://")):
        return
    yield from _AND.split(_BY.sub("", squeeze(_NOISE.sub(" ", text))))


def _clean(names: Iterable[str]) -> Iterator[str]:
    seen = set()
    for name in names:
        bare = squeeze(_BY.sub("", _NOISE.sub(" ", name))).strip(" ,;:|–—-")
        key = fold(bare)
        if key and key not in seen and len(bare) <= LONGEST_NAME and not _NO_NAME.match(bare) and not bare.isdigit():
            seen.add(key)
            yield bare
