"""Who wrote it: people first, from JSON-LD, meta elements or the byline the page shows."""

import re
from collections.abc import Iterable, Iterator

from services.extractor.declared import Declared, plain, type_names
from services.extractor.markup import Element, fold, labels, squeeze, text_of

LONGEST_NAME = 80
LONGEST_SHOWN = 60
MOST_WORDS = 5  # what is longer beside a name is an office or an institution
MOST = 20
MOST_SHOWN = 5

_BY = re.compile(
    r"^(?:by|von|par|por|di|de|door|av|af|przez|yazan|oleh|na|autor(?:in|es|a)?|auteur|"
    r"text|texte|texto|testo|tekst|foto|written by|"
    r"автор|текст|بقلم|كتب|लेखक|文|記者|记者)\s*[:：]\s*|^(?:by|von|par|por|door|av|oleh|przez|written by|story by)\s+",
    re.IGNORECASE,
)
_GLUED = re.compile(r"^(?:By|Von|Par|Por)(?=[A-ZÀ-Þ])")  # "ByABC News": the two stand in elements of their own
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

# What stands before a name as its label, in an element of its own, or in `twitter:label1`, which WordPress' commonest
# plug-in fills with its translation of "Written by".
_LABEL = re.compile(
    r"(?:author|autor(?:in|es|a|/in)?(?:/autor(?:in)?)?|auteur|autore|forfatter|penulis|yazar|tác giả|written by|"
    r"verfasst von|geschrieben von|escrito por|écrit par|scritto da|geschreven door|skrevet av|skrevet af|skriven av|"
    r"napisane przez|yazan|ditulis oleh|автор|написано автором|作者|執筆者|著者)\s*[:：]?",
    re.IGNORECASE,
)
_IN_CHARGE = re.compile(r"[(（]?(?:责编|责任编辑|記者|记者|作者)[:：]\s*([^()（）:：]{2,30})[)）]?")

# Where sites keep a page for each of their writers.
_WRITER_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|in|es|a)?|auteurs?|autori|autore|forfatter|writers?|journalists?|reporters?|redakteure?|team|"
    r"profile|people|staff|skribenter|yazar(?:lar)?|kolumnisten?)/(?:[^/?#]+/)?[^/?#]*[a-z][^/?#]*/?$",
    re.IGNORECASE,
)


def choose(tree: Element, page: Declared, site_names: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The authors in the order given and the place they are taken from; the site itself only where no one else is named."""
    sites = {fold(name) for name in site_names} - {""}
    structured = list(_structured(page))
    someone = any(not organization for _, organization in structured)
    machine = [name for name, _ in structured if someone]
    linked = [name for name in _linked(tree) if _is_name(name)]
    houses: tuple[tuple[str, ...], str] = ((), "")
    for place, names in (
        # What is made for machines may name the first only, or whoever typed it in.
        ("byline", linked if set(map(fold, linked)) > set(map(fold, machine)) and machine else []),
        ("meta", _written_by(page, machine)),
        # With a person among them agencies are authors, too; alone, a house stands for nobody in particular.
        ("json-ld", machine),
        ("byline", filter(_is_name, _labelled(tree))),
        ("meta", _declared(page)),
        ("byline", filter(_is_name, _shown(tree))),
        ("byline", linked),
        ("byline", _in_charge(tree)),
        ("byline", filter(_is_name, _signed(tree))),
        ("json-ld", [name for name, _ in structured]),
    ):
        found = tuple(_clean(names))
        people = tuple(name for name in found if not _is_house(name, sites))
        people = tuple(name for name in people if not _is_office(name, sites, place)) or people
        # A meta element that names the house names its town and country beside it.
        if people and (place != "meta" or people == found):
            return people[:MOST], place
        if found and not houses[0]:
            houses = found[:MOST], place
    return houses if houses[0] else (tuple(_clean(_shown(tree)))[:MOST], "byline")


def _is_house(name: str, sites: set[str]) -> bool:
    """Whether it is the publisher's own name or address."""
    return fold(name) in sites or _ADDRESS.fullmatch(name) is not None


def _is_office(name: str, sites: set[str], place: str) -> bool:
    """Whether it is someone's office, or in what the page shows a part of the house ("MDR THÜRINGEN"): no author where a
    person stands beside."""
    words = name.split()
    return len(words) > MOST_WORDS or (place == "byline" and len(words) <= 3 and name.isupper() and fold(words[0]) in sites)


def _is_name(text: str) -> bool:
    """Whether what the page marks as its author looks like someone's name, and not like a rubric or a sentence."""
    words = text.split()
    if any(character.isdigit() for character in text) or len(text) > LONGEST_SHOWN:
        return False
    if text.isascii() or any(character.isupper() for character in text):
        return 2 <= len(words) <= 5 and words[0][0].isupper() and words[-1][0].isupper()
    return len(text) >= 2 and len(words) <= 5


def _structured(page: Declared) -> Iterator[tuple[str, bool]]:
    """The names in the article's `author`, each with whether it is said to be an organization's."""
    stack = [page.article.get("author") or page.article.get("creator")]
    while stack:
        node = stack.pop(0)
        if isinstance(node, list):
            stack[:0] = node
            continue
        names = node.get("name") if isinstance(node, dict) else node
        organization = isinstance(node, dict) and any("organization" in kind.lower() for kind in type_names(node))
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and (said := plain(name)):
                yield from ((one, organization) for one in _several(said))


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


def _written_by(page: Declared, machine: list[str]) -> list[str]:
    """Whom a page made with WordPress says it shows as its author, where JSON-LD has someone else: the account's owner."""
    if not machine or not _LABEL.fullmatch(page.first("twitter:label1") or ""):
        return []
    names = list(_several(page.first("twitter:data1") or ""))
    return [] if {fold(name) for name in names} <= {fold(name) for name in machine} else names


def _labelled(tree: Element) -> Iterator[str]:
    """What follows a label such as "Author:" that stands in an element of its own."""
    for node in tree.iter("strong", "b", "dt", "span", "label", "th"):
        if node.text and len(node.text) <= LONGEST_SHOWN and _LABEL.fullmatch(squeeze(node.text)) and not len(node):
            after = node.getnext()
            text = squeeze(node.tail) or (text_of(after) if after is not None else "")
            if text and len(text) <= LONGEST_NAME:
                yield from _several(text)
                return


def _in_charge(tree: Element) -> Iterator[str]:
    """Who answers for a Chinese article, wherever the line stands that names them."""
    for node in tree.iter("p", "div", "span"):
        if len(text := squeeze(node.text)) <= LONGEST_SHOWN and (credit := _IN_CHARGE.fullmatch(text)):
            yield from _several(credit.group(1))
            return


def _signed(tree: Element) -> Iterator[str]:
    """The name under the text, set to the right, as papers of several countries sign."""
    ends = tree.xpath("//p[@align='right' or contains(translate(@style, ' ', ''), 'text-align:right')]")
    if ends and len(text := text_of(ends[-1])) <= LONGEST_SHOWN:
        yield text


def _shown(tree: Element) -> Iterator[str]:
    marked = [
        *tree.xpath("//*[@itemprop='author' or @rel='author']"),
        *(node for node in tree.iter("a", "span", "p", "div", "address", "li") if _BYLINE.search(labels(node)[:200])),
    ]
    first: Element | None = None
    found: list[str] = []
    for node in marked:
        inner = node.xpath(".//*[@itemprop='name']")
        text = text_of(inner[0] if inner else node)
        if text and len(text) <= LONGEST_NAME and (first is None or _beside(node, first)):
            first = node if first is None else first
            found.append(text)
    names = [name for text in found[:MOST_SHOWN] for name in _several(text)]
    yield from names
    if first is not None and not any(map(_is_name, names)):
        yield from _leaf_name(first)


def _leaf_name(node: Element) -> Iterator[str]:
    """The first name in an element of its own, in a byline that also says when, in what office and in which rubric."""
    for leaf in node.iter():
        if isinstance(leaf.tag, str) and not len(leaf) and leaf is not node and _is_name(text := text_of(leaf)):
            yield text
            return


def _linked(tree: Element) -> Iterator[str]:
    """The names that lead to the pages of writers, as the page has them between its heading and the text's beginning."""
    near = tree.xpath("((//h1)[1]/following::a[@href])[position() <= 12]")
    links = [link for link in near if _WRITER_PAGE.search(link.get("href").partition("?")[0])]
    for link in links[:MOST_SHOWN]:
        if link.getparent() is links[0].getparent() and len(text := text_of(link)) <= LONGEST_NAME:
            yield from _several(text)


def _beside(node: Element, first: Element) -> bool:
    """Several authors are marked alike and stand together; the same mark elsewhere is another article's."""
    alike = (node.tag, node.get("class"), node.get("itemprop")) == (first.tag, first.get("class"), first.get("itemprop"))
    return alike and node is not first and node.getparent() is first.getparent()


def _several(text: str) -> Iterator[str]:
    if text.startswith(("http://", "https://")):
        return
    yield from _AND.split(_GLUED.sub("", _BY.sub("", squeeze(_NOISE.sub(" ", text)))))


def _clean(names: Iterable[str]) -> Iterator[str]:
    seen = set()
    for name in names:
        bare = squeeze(_BY.sub("", _NOISE.sub(" ", name))).strip(" ,;:|–—-")
        key = fold(bare)
        if key and key not in seen and len(bare) <= LONGEST_NAME and not _NO_NAME.match(bare) and not bare.isdigit():
            seen.add(key)
            yield bare
