"""The smaller facts about an article: site name, language, tags, declared sections, reservations of rights."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from services.extractor.declared import Declared, plain
from services.extractor.markup import Element, fold
from shared.ids import registered_domain

MOST_TAGS = 30
LONGEST_TAG = 80
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_][a-z0-9-_]*)?$", re.IGNORECASE)


def site_name(page: Declared) -> str | None:
    """What the site calls itself."""
    return page.first("og:site_name", "application-name", "apple-mobile-web-app-title") or plain(
        page.article.get("publisher")
    )


def site_names(page: Declared, url: str, source_name: str) -> list[str]:
    """All names under which the site may stand in titles and bylines."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = [
        site_name(page),
        plain(page.article.get("publisher")),
        source_name,
        host,
        registered_domain(host).partition(".")[0],
    ]
    return [name for name in names if name]


def language(tree: Element, page: Declared, fallback: str | None) -> tuple[str, str]:
    """The declared language as an ISO 639 code and the place it is declared; `und` where there is none."""
    root = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    for place, value in (
        ("json-ld", plain(page.article.get("inLanguage"))),
        ("html", root),
        ("meta", page.first("content-language", "language", "dc.language", "og:locale")),
        ("source", fallback),
    ):
        found = _LANGUAGE.match((value or "").strip())
        if found:
            return found.group(1).lower(), place
    return "und", "fallback"


def tags(page: Declared) -> tuple[str, ...]:
    """What the publisher files the article under, in the order given, without repetitions."""
    seen: dict[str, str] = {}
    for tag in _tags(page):
        bare = tag.strip(" #\"'")
        if bare and len(bare) <= LONGEST_TAG:
            seen.setdefault(fold(bare), bare)
    seen.pop("", None)
    return tuple(seen.values())[:MOST_TAGS]


def _tags(page: Declared) -> Iterator[str]:
    keywords = page.article.get("keywords")
    for value in keywords if isinstance(keywords, list) else [keywords]:
        text = plain(value) or ""
        yield from text.split(",") if not isinstance(keywords, list) else [text]
    yield from page.meta.get("article:tag", ())
    for value in page.meta.get("news_keywords", ()) or page.meta.get("keywords", ()):
        yield from value.split(",")


def declared_sections(page: Declared) -> list[str]:
    """The rubrics the page declares, nearest first."""
    given = page.article.get("articleSection")
    listed = [plain(value) for value in (given if isinstance(given, list) else [given])]
    named = (
        page.first(name) for name in ("article:section", "section", "parsely-section", "cxenseparse:section", "dc.subject")
    )
    return [text for text in (*listed, *named) if text]


def reservations(page: Declared, x_robots_tag: str, tdm_reservation: str, of_site: Sequence[str] = ()) -> tuple[str, ...]:
    """Machine-readable reservations against mining the text: the TDM Reservation Protocol's (W3C community group, 2024) and
    `noai` among the robots directives, each in a meta element or in the header; and `of_site`, what the site's files say.
    The page's own word on mining comes before the site's tdmrep.json."""
    said = {(page.first("tdm-reservation") or "").strip(), tdm_reservation.strip()} - {""}
    found = ["tdm-reservation: 1"] if "1" in said else []
    found += [one for one in of_site if not (said and one.startswith("tdmrep"))]
    robots = ",".join(value for name in ("robots", "babelwire") for value in page.meta.get(name, ()))
    for place, value in (("meta robots", robots), ("x-robots-tag", x_robots_tag)):
        directives = {part.rpartition(":")[2].strip().lower() for part in value.split(",")}
        if "noai" in directives:
            found.append(f"{place}: noai")
    return tuple(found)
