"""What the site asks OpenSearch. Pure: bodies of searches over the articles."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.web.excerpts import CLOSING, OPENING
from shared import clock
from shared.search import names
from shared.search.tongues import fields_of

Body = dict[str, Any]

FEW = 10  # found; then the same words may find more by their stems in other languages
DEEPEST = 10_000  # results of one search that OpenSearch pages through (index.max_result_window)
LONGEST_WORDS = 200  # characters; more is no search but a text

# What only machines need, and in lists the bodies.
_NEVER = ["vector", "marks", "fingerprint", "text_en", "text_original", "original", "trend_terms"]
_IN_LISTS = [*_NEVER, "blocks", "translation.blocks", "provenance"]

_FIELDS = (
    "translation.title^6", "title^3", "translation.standfirst^2", "standfirst^2", "text_en", "text_en.exact",
    "text_original", "authors", "source_name",
)  # fmt: skip
_SPELT_AS = {"english": "text_en.exact", "original": "text_original"}
_QUOTED_WHOLE = ("translation.title", "title", "translation.standfirst", "standfirst")
_QUOTED_IN_PART = ("text_en",)
_QUOTED_ELSE = ("text_original",)
FRAGMENT_CHARACTERS = 180
FRAGMENTS = 2
QUOTED_FROM = 5_000  # characters of a text; OpenSearch reads all of them again for each article that it quotes

# A newer article is what most readers look for, but a good match of last year comes before a poor one of today.
RECENCY, RECENT, FADING = 0.5, "1d", "30d"
_SHORT_PREFIX = re.compile(r"(?<![^\W_]{3})\*")  # it would stand for a good part of all words

# By day first: a publisher's clock decides the order within a day, never more.
NEWEST: list[Body] = [
    {"day": "desc"},
    {"published_at": {"order": "desc", "missing": "_last"}},
    {"times.discovered": "desc"},
    {"article_id": "asc"},
]

FACETS = {"section": "section", "language": "language", "source": "source_id", "country": "country", "day": "day"}
FACET_SIZE = 8

ALIKE = 0.68  # (1 + cosine) / 2; below it two articles have little in common but being news
ALIKE_WITHIN = timedelta(days=14)
SEEN_AFTER = timedelta(days=3)  # most articles are seen within so long after they were published


@dataclass(frozen=True)
class Wanted:
    """Which articles: those that have all of what is given. `words` is what a reader typed; `widely`: they are also looked
    for by their stems, in every language that is written in their letters."""

    words: str = ""
    section: str | None = None
    source: str | None = None
    language: str | None = None
    country: str | None = None
    day: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    author: str | None = None
    term: str | None = None
    articles: tuple[str, ...] | None = None
    since: datetime | None = None
    newest: bool = False
    widely: bool = False


def listing(wanted: Wanted, start: int, size: int, *, after: Sequence[Any] = (), faceted: bool = False) -> Body:
    """The articles wanted from `start` on: the best first where there are words, unless the newest are asked for.

    `after`: what a hit was sorted by; those that follow it. `faceted`: with how many there are of each of FACETS.
    """
    body: Body = {
        "from": start,
        "size": size,
        "query": {"bool": {"filter": _filters(wanted)}},
        "_source": {"excludes": _IN_LISTS},
        "track_total_hits": DEEPEST,
    }
    if wanted.words:
        body["query"]["bool"]["must"] = [_matching(wanted)]
        body["highlight"] = _HIGHLIGHT
    if after:
        body["search_after"] = list(after)
    if faceted:
        body["aggs"] = {name: {"terms": {"field": field, "size": FACET_SIZE}} for name, field in FACETS.items()}
    return body | {"sort": ["_score", *NEWEST] if by_score(wanted) else NEWEST}


def spelling(words: str) -> Body:
    """What may have been meant by those of `words` that no text has."""
    near = {"suggest_mode": "missing", "min_word_length": 4, "prefix_length": 1, "size": 1}
    asked = {name: {"term": {**near, "field": field}} for name, field in _SPELT_AS.items()}
    return {"size": 0, "suggest": {"text": words[:LONGEST_WORDS], **asked}, "track_total_hits": False}


def respelt(words: str, suggested: Mapping[str, Sequence[Mapping[str, Any]]]) -> str | None:
    """`words` with the likeliest that was `suggested` for each of them, all else as it stands; None where nothing was."""
    likeliest: dict[int, tuple[float, int, str]] = {}
    for told in (one for name in _SPELT_AS for one in suggested.get(name, ())):
        for option in told["options"]:
            found = (option["score"], told["length"], option["text"])
            likeliest[told["offset"]] = max(likeliest.get(told["offset"], found), found)
    for offset in sorted(likeliest, reverse=True):
        _, length, word = likeliest[offset]
        words = words[:offset] + word + words[offset + length :]
    return words if likeliest else None


def widened(wanted: Wanted, found: int) -> Wanted | None:
    """What to ask where `wanted` has `found` so few that it is worth looking for more; None where it is not."""
    wider = replace(wanted, widely=True)
    return wider if found < FEW and wanted.words and _matching(wider) != _matching(wanted) else None


def quotes_else(wanted: Wanted, articles: Sequence[str]) -> Body:
    """What of the original matches in those of `articles` whose English text does not."""
    return {
        "size": len(articles),
        "query": {"bool": {"filter": [{"terms": {"article_id": list(articles)}}], "should": [_matching(wanted)]}},
        "_source": ["article_id"],
        "highlight": _HIGHLIGHT_ELSE,
        "track_total_hits": False,
    }


def by_score(wanted: Wanted) -> bool:
    """Whether the best come first."""
    return bool(wanted.words) and not wanted.newest


def one(shortid: str) -> Body:
    """The article named `shortid`, whole, with its vector."""
    without = [name for name in _NEVER if name != "vector"]
    return {"size": 1, "query": {"term": {"shortid": shortid}}, "_source": {"excludes": without}}


def months(first: datetime, last: datetime) -> str:
    """The indices of what was seen from `first` to `last`: to ask them alone spares a search of every month."""
    found = [names.month_index(first)]
    while first < last:
        first += min(timedelta(days=28), last - first)
        found.append(names.month_index(first))
    return ",".join(dict.fromkeys(found))


def months_of(day: date) -> str:
    """The indices where an article most likely stands that was published on `day`."""
    published = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return months(published, min(published, datetime.max.replace(tzinfo=UTC) - SEEN_AFTER) + SEEN_AFTER)


def months_around(seen: datetime) -> str:
    """The indices of what `nearest` and `alike` find."""
    return months(seen - ALIKE_WITHIN, seen + ALIKE_WITHIN)


def vector_of(article_id: str) -> Body:
    """The vector of an article."""
    return {"size": 1, "query": {"term": {"article_id": article_id}}, "_source": ["vector"]}


def nearest(article_id: str, vector: list[float], seen: datetime, size: int) -> Body:
    """The articles nearest in meaning, in any language, seen first around the same time."""
    others = {"filter": [_around(seen)], "must_not": [{"term": {"article_id": article_id}}]}
    return {
        "size": size,
        "min_score": ALIKE,
        "query": {"knn": {"vector": {"vector": vector, "k": size, "filter": {"bool": others}}}},
        "_source": {"excludes": _IN_LISTS},
    }


def alike(article_id: str, text: str, seen: datetime, size: int, *, english: bool) -> Body:
    """The articles seen first around the same time that share most of the rare words of `text`."""
    like = {
        "fields": ["translation.title", "text_en"] if english else ["title", "text_original"],
        "like": text,
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "max_query_terms": 15,
        "minimum_should_match": "30%",
    }
    others = {"must": [{"more_like_this": like}], "filter": [_around(seen)]}
    query = {"bool": others | {"must_not": [{"term": {"article_id": article_id}}]}}
    return {"size": size, "query": query, "_source": {"excludes": _IN_LISTS}, "track_total_hits": False}


def days(most: int, first: date | None = None, last: date | None = None) -> Body:
    """How many articles each of the newest `most` days has, from `first` to `last`."""
    newest = {"terms": {"field": "day", "size": most, "order": {"_key": "desc"}}}
    within = {"gte": first and first.isoformat(), "lte": last and last.isoformat()}
    query = {"range": {"day": {end: day for end, day in within.items() if day}}} if first or last else {"match_all": {}}
    return {"size": 0, "query": query, "aggs": {"days": newest}, "track_total_hits": False}


def languages(most: int) -> Body:
    """How many articles there are of each language, country and section, the most first."""
    groups = {name: {"terms": {"field": name, "size": most}} for name in ("language", "country", "section")}
    return {"size": 0, "aggs": groups, "track_total_hits": False}


def pulse(wanted: Wanted, until: datetime, hours: int) -> Body:
    """How many sources, and articles, in each of the `hours` up to `until`, empty ones included."""
    first = until.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)
    bounds = {"min": clock.iso(first), "max": clock.iso(until)}
    hourly: Body = {
        "date_histogram": {
            "field": "times.discovered", "fixed_interval": "1h", "min_doc_count": 0, "extended_bounds": bounds,
        },
        "aggs": {"sources": {"cardinality": {"field": "source_id"}}},
    }  # fmt: skip
    within = {"range": {"times.discovered": {"gte": clock.iso(first), "lte": clock.iso(until)}}}
    filters = [*_filters(wanted), within]
    return {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": {"hours": hourly}, "track_total_hits": False}


def _around(seen: datetime) -> Body:
    around = {"gte": clock.iso(seen - ALIKE_WITHIN), "lte": clock.iso(seen + ALIKE_WITHIN)}
    return {"range": {"times.discovered": around}}


def _filters(wanted: Wanted) -> list[Body]:
    terms = {
        "section": wanted.section,
        "source_id": wanted.source,
        "language": wanted.language,
        "day": wanted.day and wanted.day.isoformat(),
        "trend_terms": wanted.term,
    }
    filters: list[Body] = [{"term": {field: value}} for field, value in terms.items() if value]
    if wanted.articles is not None:
        filters.append({"terms": {"article_id": list(wanted.articles)}})
    if wanted.country:
        # The code stands as whoever wrote the list of sources wrote it.
        filters.append({"term": {"country": {"value": wanted.country, "case_insensitive": True}}})
    if wanted.author:
        filters.append({"match_phrase": {"authors": wanted.author}})
    if wanted.first_day or wanted.last_day:
        ends = {"gte": wanted.first_day, "lte": wanted.last_day}
        filters.append({"range": {"day": {end: day.isoformat() for end, day in ends.items() if day}}})
    if wanted.since:
        filters.append({"range": {"times.discovered": {"gte": clock.iso(wanted.since)}}})
    return filters


def _matching(wanted: Wanted) -> Body:
    """All words, in any of the fields; "phrases", `-without`, `this | that` and `begin*` as readers know them. Nothing that
    costs more than its length (other wildcards, the beginning of a letter or two, fuzziness) is understood.

    Of two that match as well the newer comes first: what was seen now counts up to half as much again."""
    words = _SHORT_PREFIX.sub(" ", wanted.words[:LONGEST_WORDS])
    matching = {
        "simple_query_string": {
            "query": words,
            "fields": [*_FIELDS, *fields_of(words, wanted.language, widely=wanted.widely)],
            "default_operator": "and",
            "flags": "AND|OR|NOT|PHRASE|PREFIX|WHITESPACE",
            "lenient": True,
        }
    }
    recency = {"times.discovered": {"origin": "now", "offset": RECENT, "scale": FADING, "decay": 0.5}}
    functions = [{"weight": 1}, {"exp": recency, "weight": RECENCY}]
    return {"function_score": {"query": matching, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _highlight(whole: Sequence[str], in_part: Sequence[str]) -> Body:
    passages = {"number_of_fragments": FRAGMENTS, "fragment_size": FRAGMENT_CHARACTERS, "order": "score"}
    return {
        "pre_tags": [OPENING],
        "post_tags": [CLOSING],
        "require_field_match": False,  # what matched without stemming is shown in the stemmed field
        "max_analyzer_offset": QUOTED_FROM,
        "fields": {
            **{field: {"number_of_fragments": 0} for field in whole},
            **dict.fromkeys(in_part, passages),
        },
    }


_HIGHLIGHT = _highlight(_QUOTED_WHOLE, _QUOTED_IN_PART)
_HIGHLIGHT_ELSE = _highlight((), _QUOTED_ELSE)
