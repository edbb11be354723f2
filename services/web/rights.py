"""What of an article may be shown: the one gate that pages, API and feeds all stand behind.

`full`: everything. `snippet`: title, byline, standfirst and the link. `link`: title and the link. Search goes over all
text whatever the rights; what it found is quoted only from fields that may be shown.
"""

from typing import NewType

from shared.events import Rights, TranslatedArticle

# Only `granted` makes one, and whatever shows articles takes no other: mypy sees to it that nobody forgets.
Granted = NewType("Granted", TranslatedArticle)

_TITLES = frozenset({"translation.title", "title"})
_STANDFIRSTS = frozenset({"translation.standfirst", "standfirst"})
_TEXTS = frozenset({"text_en", "text_original"})

QUOTABLE: dict[Rights, frozenset[str]] = {
    "link": _TITLES,
    "snippet": _TITLES | _STANDFIRSTS,
    "full": _TITLES | _STANDFIRSTS | _TEXTS,
}
"""The fields of a document from which a search may quote."""


def granted(article: TranslatedArticle) -> Granted:
    """`article` with nothing in it that its rights withhold."""
    if article.rights == "full":
        return Granted(article)
    withheld: dict[str, object] = {"blocks": (), "image": None, "media": (), "tags": ()}
    withheld_in_english: dict[str, object] = {"blocks": ()}
    if article.rights == "link":
        withheld |= {"standfirst": None, "authors": ()}
        withheld_in_english |= {"standfirst": None}
    translation = article.translation.model_copy(update=withheld_in_english)
    return Granted(article.model_copy(update=withheld | {"translation": translation}))
