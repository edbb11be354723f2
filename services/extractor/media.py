"""Films, recordings and posts that stand in the article's text, as links: what they show is not ours to copy."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from services.extractor.blocks import Cut
from services.extractor.markup import Element, is_hidden

MOST = 20
LONGEST = 2_048
PLAYERS = frozenset({"iframe", "video", "audio", "embed", "object"})
# Where players put the address until the reader scrolls there.
SOURCES = ("src", "data-src", "data-lazy-src", "data")
POSTS = ("twitter-tweet", "instagram-media", "tiktok-embed", "bluesky-embed", "mastodon-embed", "fb-post", "reddit-embed")


def found(body: list[Cut], base_url: str) -> tuple[str, ...]:
    """The addresses of what is embedded where the article's text stands, each once, in the page's order."""
    home = _home(body)
    if home is None:
        return ()
    urls = dict.fromkeys(url for node in home.iter() if (url := _absolute(_told(node), base_url)))
    return tuple(urls)[:MOST]


def _home(body: list[Cut]) -> Element | None:
    """The innermost element that holds all of the text's blocks, and is no single block."""
    if not body:
        return None
    chains = [list(cut.element.iterancestors())[::-1] for cut in body]
    shared = [nodes[0] for nodes in zip(*chains, strict=False) if all(node is nodes[0] for node in nodes)]
    home = shared[-1] if shared else None
    return None if home is not None and home.tag in ("html",) else home


def _told(node: Element) -> str | None:
    """The address that a player or a post gives; None for any other element."""
    if node.tag in PLAYERS:
        return None if is_hidden(node) else next(_addresses(node), None)
    if node.tag == "blockquote" and any(kind in (node.get("class") or "") for kind in POSTS):
        links = [link.get("href") for link in node.iter("a")]
        return node.get("data-instgrm-permalink") or node.get("cite") or (links[-1] if links else None)
    return None


def _addresses(node: Element) -> Iterator[str]:
    for each in (node, *node.iter("source")):
        yield from (address for name in SOURCES if (address := each.get(name)))


def _absolute(given: str | None, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, (given or "").strip())
        fine = bool(given) and urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return None
    return url if fine and len(url) <= LONGEST else None
