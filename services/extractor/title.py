"""The headline. A page gives it in up to five places, each of which is wrong on a third of all pages in its own way: the
h1 may be a logo or a rubric, JSON-LD may hold the search engine's version, og:title the one for social media, the title
element carries the site's name. What two of them say together is right far more often than any one of them."""

import re
from collections.abc import Iterable

from services.extractor.declared import Declared
from services.extractor.markup import Element, fold, squeeze, text_of

# How far each place is believed when no other agrees, from the saved pages of 195 publishers (see README).
WEIGHTS = {"json-ld": 3.5, "og": 1.6, "h1": 1.05, "title": 0.2, "twitter": 0.45, "feed": 0.4}
LATER_H1 = 0.55  # a second h1 is mostly a logo, a rubric or the next article
LONGEST = 400
_SEPARATOR = re.compile(r"\s+[|–—·•:»«\-]+\s+|\s*\|\s*|\s+::\s+|\s+/\s+")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)\s*$")


def choose(tree: Element, page: Declared, site_names: Iterable[str], feed_title: str | None = None) -> tuple[str, str]:
    """The headline and the place it is taken from; ("", "") where the page has none."""
    sites = {fold(name) for name in site_names} - {""}
    candidates = [
        (text, place, weight)
        for text, place, weight in _candidates(tree, page, feed_title)
        if text and len(text) <= LONGEST and fold(text) not in sites
    ]
    whole = {fold(text) for text, _, _ in candidates}
    bare = [(_without_site(text, sites, whole), place, weight) for text, place, weight in candidates]
    votes: dict[str, float] = {}
    for text, _, weight in bare:
        votes[fold(text)] = votes.get(fold(text), 0.0) + weight
    for text in list(votes):
        # A cut-off title speaks for the whole one.
        longer = [other for other in votes if other != text and other.startswith(text) and len(text) > 20]
        if longer and any(_ELLIPSIS.search(given) and fold(given) == text for given, _, _ in bare):
            votes[longer[0]] += votes.pop(text)
    if own := _own_og(bare):
        return own, "og"
    best = max(bare, key=lambda each: (votes.get(fold(each[0]), 0.0), WEIGHTS.get(each[1], 0.0)), default=("", "", 0.0))
    return best[0], best[1]


def _own_og(bare: list[tuple[str, str, float]]) -> str | None:
    """og:title where it says something of its own and the page has no title for the other networks: then it is what the
    desk wrote, and h1 and JSON-LD, which agree, were made for the search engines."""
    by_place = {place: text for text, place, _ in reversed(bare)}
    own, heading, machine = (by_place.get(place) for place in ("og", "h1", "json-ld"))
    if not (own and heading and machine) or "twitter" in by_place or fold(heading) != fold(machine):
        return None
    return own if not fold(heading).startswith(fold(own)) else None  # a shortened one is no other one


def given(tree: Element, page: Declared) -> list[str]:
    """Every form of the headline that the page gives, for telling it apart from the text."""
    return [text for text, _, _ in _candidates(tree, page, None) if text]


def _candidates(tree: Element, page: Declared, feed_title: str | None) -> Iterable[tuple[str, str, float]]:
    seen: set[str] = set()
    for heading in tree.iter("h1"):
        text = text_of(heading)
        if fold(text) and fold(text) not in seen and not _is_logo(heading, text):
            yield text, "h1", WEIGHTS["h1"] if not seen else LATER_H1
            seen.add(fold(text))
    yield page.text("headline") or page.text("name") or "", "json-ld", WEIGHTS["json-ld"]
    yield squeeze(page.first("og:title")), "og", WEIGHTS["og"]
    yield squeeze(page.first("twitter:title", "dc.title", "parsely-title", "headline")), "twitter", WEIGHTS["twitter"]
    yield _title_element(tree), "title", WEIGHTS["title"]
    yield squeeze(feed_title), "feed", WEIGHTS["feed"]


def _title_element(tree: Element) -> str:
    """The title element's text; where the markup before it is broken, the parser has left it in the body."""
    found = (each for each in tree.iter("title") if not any(above.tag == "svg" for above in each.iterancestors()))
    title = next(found, None)
    return text_of(title) if title is not None else ""


def _is_logo(heading: Element, text: str) -> bool:
    """An h1 that is the site's name: nothing but a link to a home page."""
    links = list(heading.iter("a"))
    return len(links) == 1 and text_of(links[0]) == text and (links[0].get("href") or "").rstrip("/").count("/") <= 2


def _without_site(text: str, sites: set[str], others: set[str]) -> str:
    """`text` without the site's name (and rubric) at an end: the part that another place gives as the whole title, else
    what is left after a name of the site is taken off."""
    cuts = list(_SEPARATOR.finditer(text))
    for mark in cuts:
        head, tail = text[: mark.start()].strip(), text[mark.end() :].strip()
        if fold(head) in others and len(fold(head)) > 12:
            return head
        if fold(tail) in others and len(fold(tail)) > 12:
            return tail
    for mark in reversed(cuts):
        head, tail = text[: mark.start()].strip(), text[mark.end() :].strip()
        if _names_site(tail, sites) and len(fold(head)) > 5:
            return _without_site(head, sites, others)
        if _names_site(head, sites) and len(fold(tail)) > 12 and mark is cuts[0]:
            return _without_site(tail, sites, others)
    return text


def _names_site(part: str, sites: set[str]) -> bool:
    folded = fold(part)
    return bool(folded) and any(
        folded == site or (len(site) > 3 and (folded in site or (site in folded and len(folded) < len(site) + 12)))
        for site in sites
    )
