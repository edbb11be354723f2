"""The standfirst: the sentence or two between headline and text. Extractors lose it because it stands outside the body's
container; the page's own description, where the page also shows it, tells where it is."""

import re

from services.extractor.blocks import Cut
from services.extractor.declared import Declared
from services.extractor.lines import CLOSING, SENTENCE_ENDS
from services.extractor.markup import fold, labels

SHORTEST, LONGEST = 30, 900  # characters
LINE_OVER = 50  # folded characters of the line over a headline, where the two stand in one element
MOST_BLOCKS = 6  # of which one standfirst may be made
SHOWN_SHARE = 0.85  # of the description's beginning that the block must share
_LABEL = re.compile(r"[^:.]{2,30}:\s+")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:standfirst|stand-first|subtitle|sub-?headline|subheading|subhead|dek|deck|lede|lead|lead-?text|intro|introduction|"
    r"summary|excerpt|abstract|chapo|chapeau|vorspann|teaser-?text|preamble|ingress|entradilla|bajada|sottotitolo|occhiello|"
    r"sommario|subtitulo|linha-?fina|manchet|description|article__?description|spoiler)(?:$|[\s_-])"
)


class _Title:
    """Every form of the headline, to be told from what follows it."""

    def __init__(self, titles: list[str]) -> None:
        self._forms = {fold(title) for title in titles} - {""}

    def __contains__(self, text: str) -> bool:
        """Whether `text` is the headline, alone or after the line over it."""
        folded = fold(text)
        return any(
            folded == form or (folded.endswith(form) and len(form) > SHORTEST / 2 and len(folded) < len(form) + LINE_OVER)
            for form in self._forms
        )


def choose(page: Declared, cuts: list[Cut], titles: list[str], body: list[Cut]) -> tuple[str | None, str, list[Cut]]:
    """The standfirst, the place it is taken from, and `body` without it. Only what the page shows to its readers is one.

    `titles` has the headline first, then every other form of it that the page gives."""
    title = _Title(titles)
    where = {id(cut): index for index, cut in enumerate(cuts)}
    first = where[id(body[0])] if body else len(cuts)
    last_near = where[id(body[min(2, len(body) - 1)])] if body else len(cuts) - 1
    head = _title_index(cuts, title, first)
    near = range(max(0, head - 3), min(last_near + 1, len(cuts)))
    under = _under_title(cuts, head, first, title)
    in_body = {id(cut) for cut in body}
    for place, description in _descriptions(page):
        for index in near:
            shown = _showing(description, cuts[index : index + MOST_BLOCKS], title)
            # Where a line stands under the headline, a description that is the text's beginning is no standfirst.
            if shown and not (under and under[0] is not shown[0] and id(shown[0]) in in_body):
                return _joined(shown), place, _without(body, shown)
    shown = under or _left_between(cuts, head, first, title)
    return (_joined(shown), "page", _without(body, shown)) if shown else (None, "", body)


def _under_title(cuts: list[Cut], head: int, first: int, title: _Title) -> list[Cut]:
    """What stands between headline and text as a heading of its own or in an element named as standfirsts are."""
    for index in range(head + 1, min(first + 1, len(cuts))) if 0 <= head < first else ():
        cut = cuts[index]
        heading = cut.block.kind == "heading" and index - head <= 3
        if _fit(cut, title) and not cut.linked and (heading or _NAMED.search(_named_by(cut))):
            return [cut, *_alike(cut, cuts[index + 1 : index + MOST_BLOCKS])]
    return []


def _left_between(cuts: list[Cut], head: int, first: int, title: _Title) -> list[Cut]:
    """The sentence right under the headline that the text leaves out, whatever its element is called."""
    after = (cut for cut in cuts[head + 1 : first] if len(cut.block.text) >= SHORTEST)
    cut = next(after, None) if 0 <= head < first else None
    if cut is None or cut.linked or cut.block.kind != "paragraph" or not _fit(cut, title):
        return []
    return [cut] if cut.block.text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS else []


def _showing(description: str, cuts: list[Cut], title: _Title) -> list[Cut]:
    """The blocks from the first of `cuts` on that together are `description`; none where they are not."""
    if not _fit(cuts[0], title):
        return []
    if _same(description, cuts[0].block.text):
        return cuts[:1]
    whole, said, enough = fold(description), "", False
    for count, cut in enumerate(cuts, 1):
        said += fold(cut.block.text)
        if not whole.startswith(said):
            return cuts[: count - 1] if enough else []
        enough = len(said) >= SHOWN_SHARE * len(whole)
    return cuts if enough else []


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
    told = [(place, text) for place, text in given if text and len(text) >= SHORTEST]
    # Some say before it what section it is of, for the search engines.
    return told + [(place, text[label.end() :]) for place, text in told if (label := _LABEL.match(text))]


def _title_index(cuts: list[Cut], title: _Title, first: int) -> int:
    """The last block before the body that is the title, or the last h1; -1 where there is none."""
    found = [i for i, cut in enumerate(cuts[:first]) if cut.heading == 1 or cut.block.text in title]
    return found[-1] if found else -1


def _fit(cut: Cut, title: _Title) -> bool:
    text = cut.block.text
    return (
        SHORTEST <= len(text) <= LONGEST
        and cut.block.kind in ("paragraph", "heading", "quote", "list_item")
        and cut.linked <= 0.5 * len(text)
        and text not in title
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
