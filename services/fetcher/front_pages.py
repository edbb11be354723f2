"""Front pages as listings of their own articles: the last resort for sites with neither feed nor sitemap.

What leads to an article is told by its address, which most publishers give a slug, a date or a number, and by the length of
the words that lead there; navigation has neither.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from courlan import is_navigation_page
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from services.fetcher.feeds import FeedItem, NotAListing, absolute, plain

MOST_LINKS = 300
LONG_WORDS = 25  # characters of a headline
LONG_DENSE_WORDS = 10  # in scripts that write a word in one or two characters
SLUG_WORDS = 4
_ELSEWHERE = frozenset({"nav", "footer", "aside", "form"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|xml|rss|css|js|json|ics|apk)$", re.IGNORECASE)
_DATE = re.compile(
    r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/|$)|(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_DENSE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def parse_front_page(body: bytes, url: str, content_type: str = "") -> tuple[FeedItem, ...]:
    """The links of the page at `url` that lead to articles, in its order, each once. Raises NotAListing.

    They carry neither dates nor titles: a teaser's words are not the headline's.
    """
    charset = _CHARSET.search(content_type)
    try:
        tree = document_fromstring(body, parser=HTMLParser(encoding=charset[1] if charset else None))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise NotAListing("no page") from error
    found: dict[str, None] = {}
    for target in _articles(tree, url):
        found.setdefault(target.partition("#")[0])
        if len(found) == MOST_LINKS:
            break
    return tuple(FeedItem(target) for target in found)


def _articles(tree: HtmlElement, base: str) -> Iterator[str]:
    for link in tree.iter("a"):
        target = absolute(link.get("href"), base)
        if target is None or target.partition("#")[0] == base:
            continue
        around = {parent.tag for parent in link.iterancestors()}
        if around & _ELSEWHERE:
            continue
        words = plain(link.text_content()) or plain(link.get("title")) or ""
        long = len(words) >= (LONG_DENSE_WORDS if _DENSE.search(words) else LONG_WORDS)
        if is_article(target, long, bool(around & _HEADINGS) or any(child.tag in _HEADINGS for child in link.iter())):
            yield target


def is_article(url: str, long: bool, in_heading: bool) -> bool:
    """Whether `url` leads to an article, when the words that lead there are as `long` as a headline's, or a heading."""
    try:
        path = unquote(urlsplit(url).path).rstrip("/")
    except ValueError:
        return False
    if not path or _FILE.search(path) or is_navigation_page(url):
        return False
    last = path.rpartition("/")[2]
    # A dated or numbered address is one of articles or of archives; only the words tell.
    spelled = len(_WORD.findall(last.rpartition(".")[0] or last)) >= SLUG_WORDS
    numbered = bool(_DATE.search(path) or _NUMBER.search(last) or _NUMBER.search(urlsplit(url).query))
    return (spelled and (long or in_heading or numbered)) or (numbered and (long or in_heading))
