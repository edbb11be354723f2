"""The lead image: the one the page declares, with the caption and credit of the figure that shows it."""

import re
from urllib.parse import urljoin, urlsplit

from services.extractor.declared import Declared
from services.extractor.markup import Element, labels, text_of
from shared.events import Image

LONGEST_CAPTION = 600
_CREDIT = re.compile(r"(?:^|[\s_-])(?:credits?|copyright|source|photographer|rights|bildnachweis|quelle|author)(?:$|[\s_-])")
_DUMMY = re.compile(
    r"(?i)(?:logo|placeholder|default|fallback|blank|spacer|favicon|1x1)[^/]*\.(?:png|gif|svg|jpe?g|webp)(?:$|\?)|\.svg(?:$|\?)"
)


def choose(tree: Element, page: Declared, base_url: str) -> tuple[Image | None, str]:
    """The lead image and the place it is taken from; None where the page has none or shows its logo."""
    for place, given in (
        ("json-ld", _structured(page.article.get("image"))),
        ("og", page.first("og:image", "og:image:url", "twitter:image")),
    ):
        url = _absolute(given, base_url)
        if url:
            caption, credit = _caption(tree, url)
            return Image(url=url, caption=caption, credit=credit), place
    for figure in tree.iter("figure"):
        for picture in figure.iter("img"):
            if url := _absolute(picture.get("src") or picture.get("data-src"), base_url):
                caption, credit = _texts(figure)
                return Image(url=url, caption=caption, credit=credit), "page"
    return None, ""


def _structured(value: object) -> str | None:
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value if isinstance(value, str) else None


def _absolute(given: str | None, base_url: str) -> str | None:
    if not given or given.startswith("data:") or _DUMMY.search(given):
        return None
    try:
        url = urljoin(base_url, given.strip())
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _caption(tree: Element, url: str) -> tuple[str | None, str | None]:
    """Caption and credit of the figure that shows `url` (in any size), else of the article's first figure with a caption."""
    figures = [figure for figure in tree.iter("figure") if figure.find(".//figcaption") is not None]
    name = _file(url)
    for figure in figures:
        shown = " ".join(
            filter(
                None,
                (
                    node.get(key)
                    for node in figure.iter("img", "source")
                    for key in ("src", "srcset", "data-src", "data-srcset")
                ),
            )
        )
        if name and name in shown:
            return _texts(figure)
    return (None, None)


def _file(url: str) -> str:
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0] or urlsplit(url).path.rpartition("/")[2]
    return name if len(name) > 5 else ""


def _texts(figure: Element) -> tuple[str | None, str | None]:
    caption = figure.find(".//figcaption")
    if caption is None:
        return None, None
    credit = next(
        (text_of(node) for node in caption.iterdescendants() if isinstance(node.tag, str) and _CREDIT.search(labels(node))),
        None,
    )
    text = text_of(caption)
    if credit and text.endswith(credit) and text != credit:
        text = text[: -len(credit)].rstrip(" /|·–—-")
    return text[:LONGEST_CAPTION] or None, credit or None
