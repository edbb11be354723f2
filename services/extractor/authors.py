"""Who wrote it: people first, from JSON-LD, meta elements or the byline the page shows."""

import re
from collections.abc import Iterable, Iterator

from services.extractor.declared import Declared, plain, type_names
from services.extractor.markup import Element, fold, labels, squeeze, text_of

LONGEST_NAME = 80
LONGEST_SHOWN = 60
MOST = 20
MOST_SHOWN = 5

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
_ADDRESS = re.compile(r"[\w.-]+\.[a-z]{2,6}", re.IGNORECASE)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author|authors|autor|autore|auteur|writer)(?:$|[\s_-]|name)")


def choose(tree: Element, page: Declared, site_names: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The authors in the order given and the place they are taken from; the site itself only where no one else is named."""
    sites = {fold(name) for name in site_names} - {""}
    people: tuple[str, ...]
    houses: tuple[tuple[str, ...], str] = ((), "")
    for place, names in (
        ("json-ld", _structured(page, organizations=False)),
        ("meta", _declared(page)),
        ("byline", filter(_is_name, _shown(tree))),
        ("json-ld", _structured(page, organizations=True)),
    ):
        found = tuple(_clean(names))
        people = tuple(name for name in found if not _is_house(name, sites))
        if people:
            return people[:MOST], place
        if found and not houses[0]:
            houses = found[:MOST], place
    return houses if houses[0] else (tuple(_clean(_shown(tree)))[:MOST], "byline")


def _is_house(name: str, sites: set[str]) -> bool:
    """Whether it is the publisher's own name or address."""
    return fold(name) in sites or _ADDRESS.fullmatch(name) is not None


def _is_name(text: str) -> bool:
    """Whether what the page marks as its author looks like someone's name, and not like a rubric or a sentence."""
    words = text.split()
    if any(character.isdigit() for character in text) or len(text) > LONGEST_SHOWN:
        return False
    if text.isascii() or any(character.isupper() for character in text):
        return 2 <= len(words) <= 5 and words[0][0].isupper() and words[-1][0].isupper()
    return len(text) >= 2 and len(words) <= 5


def _structured(page: Declared, organizations: bool) -> Iterator[str]:
    """The names in the article's `author`: of people and of what is not said to be anything else, or of organizations."""
    stack = [page.article.get("author") or page.article.get("creator")]
    while stack:
        node = stack.pop(0)
        if isinstance(node, list):
            stack[:0] = node
        elif isinstance(node, dict):
            if any("organization" in kind for kind in type_names(node)) is not organizations:
                continue
            names = node.get("name")
            for name in names if isinstance(names, list) else [names]:
                if said := plain(name):
                    yield from _several(said)
        elif isinstance(node, str) and not organizations and (name := plain(node)):
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
    found: list[str] = []
    kind: str | None = None
    for node in marked:
        inner = node.xpath(".//*[@itemprop='name']")
        text = text_of(inner[0] if inner else node)
        if text and len(text) <= LONGEST_NAME and kind in (None, _kind(node)):
            kind = _kind(node)
            found.append(text)
    # Several authors are marked alike and stand together; the same mark far below is another article's.
    for text in found[:MOST_SHOWN]:
        yield from _several(text)


def _kind(node: Element) -> str:
    parent = node.getparent()
    return f"{node.tag} {node.get('class')} {node.get('itemprop')} {id(parent)}"


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
