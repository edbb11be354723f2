"""The standfirst: the sentence or two between headline and text. Extractors lose it because it stands outside the body's
container; the page's own description, where the page also shows it, tells where it is."""

import re

from services.extractor.blocks import Cut
from services.extractor.declared import Declared
from services.extractor.markup import fold, labels

SHORTEST, LONGEST = 30, 900  # characters
MOST_BLOCKS = 6  # of which one standfirst may be made
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
    near = range(max(0, head - 3), min(last_near + 1, len(cuts)))
    for place, description in _descriptions(page):
        for index in near:
            if shown := _showing(description, cuts[index : index + MOST_BLOCKS], title):
                return _joined(shown), place, _without(body, shown)
    if 0 <= head < first:
        for index in range(head + 1, min(first + 1, len(cuts))):
            cut = cuts[index]
            heading = cut.block.kind == "heading" and index - head <= 3 and index < first
            if _fit(cut, title) and not cut.linked and (heading or _NAMED.search(_named_by(cut))):
                shown = [cut, *_alike(cut, cuts[index + 1 : index + MOST_BLOCKS])]
                return _joined(shown), "page", _without(body, shown)
    return None, "", body


def _showing(description: str, cuts: list[Cut], title: str) -> list[Cut]:
    """The blocks from the first of `cuts` on that together are `description`; none where they are not."""
    if not _fit(cuts[0], title):
        return []
    if _same(description, cuts[0].block.text):
        return cuts[:1]
    whole, said = fold(description), ""
    for count, cut in enumerate(cuts, 1):
        said += fold(cut.block.text)
        if not whole.startswith(said):
            return []
        if len(said) >= SHOWN_SHARE * len(whole):
            return cuts[:count]
    return []


def _alike(cut: Cut, after: list[Cut]) -> list[Cut]:
    """What follows `cut` as its equal: same parent, same element, same name; a standfirst may have several points."""
    alike = []
    for other in after:
        same = other.element.tag == cut.element.tag and labels(other.element) == labels(cut.element)
        if not same or other.element.getparent() is not cut.element.getparent() or other.linked:
            break
        alike.append(other)
    named = cut.element.tag == "li" or bool(labels(cut.element))
    return alike if named else []


def _joined(shown: list[Cut]) -> str:
    return " ".join(cut.block.text for cut in shown)


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
    if two.endswith(one) and len(one) >= SHOWN_SHARE * len(two):
        return True  # the page sets a dateline before it
    shorter = min(len(one), len(two))
    return one[:shorter] == two[:shorter] and shorter >= SHOWN_SHARE * len(one)


def _named_by(cut: Cut) -> str:
    parent = cut.element.getparent()
    return labels(cut.element) + " " + (labels(parent) if parent is not None and len(parent) <= 3 else "")


def _without(body: list[Cut], shown: list[Cut]) -> list[Cut]:
    texts = {fold(cut.block.text) for cut in shown}
    return [cut for cut in body if fold(cut.block.text) not in texts]
