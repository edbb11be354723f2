"""When it was published and changed, with the zone. What the page declares comes before what it shows, what it shows
before what can be guessed from its URL and text (htmldate)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil  # type: ignore[import-untyped]
from htmldate import find_date
from htmldate.extractors import get_external_parser

from services.extractor.declared import Declared
from services.extractor.markup import Element

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
SKEW = timedelta(days=1)  # how far ahead of us a publisher's clock and zone may be

PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "date", "pubdate",
    "publishdate", "publish-date", "publish_date", "published", "parsely-pub-date", "dc.date.issued", "dcterms.created",
    "dcterms.date", "dc.date", "dc.date.created", "sailthru.date", "article.published", "cxenseparse:recs:publishtime",
    "rnews:datepublished", "bt:pubdate", "originalpublicationdate",
    "date.created", "vr:published_time", "article:publish_time",
)  # fmt: skip
MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "date.modified",
    "dc.date.modified", "article.updated", "revised", "modified",
)  # fmt: skip

# Where a page's own time has no zone, its country's is meant; countries of one zone, or of one that most papers keep.
ZONES = {
    "ar": "America/Argentina/Buenos_Aires", "at": "Europe/Vienna", "be": "Europe/Brussels", "bg": "Europe/Sofia",
    "bd": "Asia/Dhaka", "br": "America/Sao_Paulo", "ch": "Europe/Zurich",
    "cl": "America/Santiago", "cn": "Asia/Shanghai",
    "co": "America/Bogota", "cz": "Europe/Prague", "de": "Europe/Berlin",
    "dk": "Europe/Copenhagen", "eg": "Africa/Cairo",
    "es": "Europe/Madrid", "fi": "Europe/Helsinki", "fr": "Europe/Paris", "gb": "Europe/London", "uk": "Europe/London",
    "gr": "Europe/Athens", "hk": "Asia/Hong_Kong", "hr": "Europe/Zagreb", "hu": "Europe/Budapest", "id": "Asia/Jakarta",
    "ie": "Europe/Dublin", "il": "Asia/Jerusalem", "in": "Asia/Kolkata",
    "ir": "Asia/Tehran", "is": "Atlantic/Reykjavik",
    "it": "Europe/Rome", "jp": "Asia/Tokyo", "ke": "Africa/Nairobi", "kr": "Asia/Seoul", "lt": "Europe/Vilnius",
    "lv": "Europe/Riga", "mx": "America/Mexico_City", "my": "Asia/Kuala_Lumpur",
    "na": "Africa/Windhoek", "ng": "Africa/Lagos",
    "nl": "Europe/Amsterdam", "no": "Europe/Oslo", "pe": "America/Lima", "ph": "Asia/Manila", "pk": "Asia/Karachi",
    "pl": "Europe/Warsaw", "pt": "Europe/Lisbon", "ro": "Europe/Bucharest",
    "rs": "Europe/Belgrade", "ru": "Europe/Moscow",
    "sa": "Asia/Riyadh", "se": "Europe/Stockholm", "sg": "Asia/Singapore",
    "si": "Europe/Ljubljana", "sk": "Europe/Bratislava",
    "th": "Asia/Bangkok", "tr": "Europe/Istanbul", "tw": "Asia/Taipei",
    "tz": "Africa/Dar_es_Salaam", "ua": "Europe/Kyiv",
    "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
}  # fmt: skip

ABBREVIATIONS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1,
    "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "PT": -8,
    "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "WIB": 7,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3,
}  # fmt: skip

# In whose words a page may give its day. dateparser, which htmldate asks last, knows 205 and tries them all: it needs
# seconds to learn them and 40 ms for a line that is no date.
WRITTEN = [
    "af", "am", "ar", "as", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu",
    "fa", "fi", "fil", "fr", "ga", "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "ig", "is", "it", "ja", "ka",
    "kk", "km", "kn", "ko", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nb", "ne", "nl",
    "nn", "or", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th",
    "tr", "uk", "ur", "uz", "vi", "yo", "yue", "zh", "zh-Hant", "zu",
]  # fmt: skip

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$|^\d{8}$|^\d{4}/\d{2}/\d{2}$")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Moments:
    """`places` tells for `published_at` and `modified_at` where each comes from; ` (day)` follows where only the day is
    known: it then stands at noon UTC, which is that day in nearly every zone."""

    published: datetime | None
    modified: datetime | None
    places: dict[str, str]


def find(tree: Element, page: Declared, url: str, country: str | None, fetched: datetime, feed: datetime | None) -> Moments:
    """Publication and last change as `tree` tells them, in UTC-aware moments between 1995 and a day after `fetched`."""
    zone = _zone(country, url)
    published = _first(
        [
            ("json-ld", page.text("datePublished") or page.text("dateCreated")),
            *(("meta", value) for value in _values(page, PUBLISHED)),
            *(("time", value) for value in _shown(tree)),
        ],
        zone,
        fetched,
    )
    if published is None and feed is not None:
        published = (feed.astimezone(UTC), "feed")
    if published is None:
        published = _guess(tree, url, fetched)
    modified = _first(
        [("json-ld", page.text("dateModified")), *(("meta", value) for value in _values(page, MODIFIED))], zone, fetched
    )
    if modified and published and modified[0] < published[0]:
        modified = None
    places = {name: found[1] for name, found in (("published_at", published), ("modified_at", modified)) if found}
    return Moments(published[0] if published else None, modified[0] if modified else None, places)


def parse(text: str, zone: tzinfo = UTC) -> tuple[datetime, bool] | None:
    """`text` as a moment in UTC, and whether it gave only a day; None where it is no date.

    A time without zone is in `zone`.
    """
    text = text.strip()[:64]
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC), False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if not _YEAR.search(text):
            return None
        try:
            moment = dateutil.parse(text, tzinfos=_abbreviated)
        except (ValueError, OverflowError, TypeError):
            return None
    day_only = bool(_DAY.match(text)) or (moment.time() == time() and ":" not in text)
    if day_only:
        return datetime.combine(moment.date(), time(12), UTC), True
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC), False
    except (OverflowError, ValueError):
        return None


def _abbreviated(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone of an abbreviation, where one meaning is by far the commonest in the press; else as if none were given."""
    if offset is not None:
        return timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else None
    hours = ABBREVIATIONS.get((name or "").upper())
    return timezone(timedelta(hours=hours)) if hours is not None else None


def _first(given: Iterable[tuple[str, str | None]], zone: tzinfo, fetched: datetime) -> tuple[datetime, str] | None:
    for place, text in given:
        found = parse(text, zone) if text else None
        if found and EARLIEST <= found[0] <= fetched + SKEW:
            moment, day_only = found
            # Noon of the present day may not have come yet.
            return (min(moment, fetched) if day_only else moment), place + (" (day)" if day_only else "")
    return None


def _values(page: Declared, names: Iterable[str]) -> Iterator[str]:
    return (value for name in names for value in page.meta.get(name, ()))


def _shown(tree: Element) -> Iterator[str]:
    """`<time datetime>` elements: those marked as publication, then those after the first h1, then any."""
    marked: list[str] = []
    after: list[str] = []
    before: list[str] = []
    seen_heading = False
    for node in tree.iter("h1", "time", "span", "meta", "abbr"):
        if node.tag == "h1":
            seen_heading = True
            continue
        value = node.get("datetime") or (node.get("content") if node.get("itemprop") else None)
        if not value:
            continue
        if node.get("itemprop", "").lower() == "datepublished" or node.get("pubdate") is not None:
            marked.append(value)
        elif node.tag == "time":
            (after if seen_heading else before).append(value)
    yield from (*marked, *after[:1], *before[:1])


@cache
def _learn() -> None:
    """For htmldate, which has no argument for it."""
    get_external_parser().languages = WRITTEN


def _guess(tree: Element, url: str, fetched: datetime) -> tuple[datetime, str] | None:
    _learn()
    try:
        text = find_date(tree, url=url, original_date=True, max_date=(fetched + SKEW).strftime("%Y-%m-%d"))
    except MemoryError:
        raise
    except Exception:  # rules by the hundred over hostile pages: whatever it raises means "no date"
        return None
    return _first([("page", text)], UTC, fetched)


def _zone(country: str | None, url: str) -> tzinfo:
    host = urlsplit(url).hostname or ""
    name = ZONES.get((country or "").lower()) or ZONES.get(host.rpartition(".")[2])
    try:
        return ZoneInfo(name) if name else UTC
    except ZoneInfoNotFoundError:
        return UTC
