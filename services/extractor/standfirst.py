"""The standfirst: the sentence or two between headline and text. Extractors lose it because it stands outside the body's
container; the page's own description, where the page also shows it, tells where it is."""

import re

from services.extractor.blocks import Cut
from services.extractor.declared import Declared
from services.extractor.markup import fold, labels

SHORTEST, LONGEST = 30, 900  # characters
SHOWN_SHARE = 0.85  # of the description's beginning that the block must share
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:standfirst|stand-first|subtitle|sub-?headline|subheading|subhead|dek|deck|lede|lead|lead-?text|intro|introduction|"
    r"summary|excerpt|abstract|chapo|chapeau|vorspann|teaser-?text|preamble|ingress|entradilla|bajada|sottotitolo|occhiello|"
    r"sommario|subtitulo|linha-?fina|manchet|description|article__?description|spoiler)(?:$|[\s_-])"
)


def choose(page: Declared, cuts: list[Cut], title: str, body: list[Cut]) -> tuple[str | None, str, list[Cut]]:
    """The standfirst, the place it is taken from, and `body` without it. Only what the page shows to its readers is one."""
    where = {id(cut): index for index, cut in enumerate(cuts)}
    first = where[id(body[0])] if body else len(cuts)
    last_near = where[id(body[min(2, len(body) - 1)])] if body else len(cuts) - 1
    head = _title_index(cuts, title, first)
    near = [cut for cut in cuts[max(0, head - 3) : last_near + 1] if _fit(cut, title)]
    for place, description in _descriptions(page):
        for cut in near:
            if _same(description, cut.block.text):
                return cut.block.text, place, _without(body, cut)
    if 0 <= head < first:
        for cut in cuts[head + 1 : first + 1]:
            if _fit(cut, title) and not cut.linked and _NAMED.search(_named_by(cut)):
                return cut.block.text, "page", _without(body, cut)
    return None, "", body


def _descriptions(page: Declared) -> list[tuple[str, str]]:
    given = [
        ("json-ld", page.text("description")),
        ("og", page.first("og:description")),
        ("meta", page.first("description", "twitter:description", "dc.description")),
        ("json-ld", page.text("alternativeHeadline")),
    ]
    return [(place, text) for place, text in given if text and len(text) >= SHORTEST]


def _title_index(cuts: list[Cut], title: str, first: int) -> int:
    """The last block before the body that is the title, or the last h1; -1 where there is none."""
    folded = fold(title)
    found = [i for i, cut in enumerate(cuts[:first]) if cut.heading == 1 or (folded and fold(cut.block.text) == folded)]
    return found[-1] if found else -1


def _fit(cut: Cut, title: str) -> bool:
    text = cut.block.text
    return (
        SHORTEST <= len(text) <= LONGEST
        and cut.block.kind in ("paragraph", "heading", "quote", "list_item")
        and cut.linked <= 0.5 * len(text)
        and fold(text) != fold(title)
    )


def _same(description: str, shown: str) -> bool:
    """Whether `shown` is the description, also where one of the two goes on longer."""
    one, two = fold(description), fold(shown)
    if not one or not two:
        return False
    shorter = min(len(one), len(two))
    return one[:shorter] == two[:shorter] and shorter >= SHOWN_SHARE * len(one) * (len(two) <= LONGEST)


def _named_by(cut: Cut) -> str:
    parent = cut.element.getparent()
    return labels(cut.element) + " " + (labels(parent) if parent is not None and len(parent) <= 3 else "")


def _without(body: list[Cut], cut: Cut) -> list[Cut]:
    folded = fold(cut.block.text)
    return [each for each in body if each is not cut and fold(each.block.text) != folded]
