"""Where things stand on the site, and which addresses of others it links to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import get_args
from urllib.parse import quote, urlencode, urlsplit

from slugify import slugify

from services.web.rights import Granted
from shared import days, ids
from shared.events import Section

SECTIONS: tuple[str, ...] = get_args(Section)
SLUG_CHARACTERS = 80
NO_SLUG = "article"  # a title may have no letter that a slug can keep

_NAME = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})-(?P<slug>[^./]*)\.(?P<shortid>[a-z2-7]{13})")
_SHORTID = re.compile(r"[a-z2-7]{13}")
_ARTICLE_ID = re.compile(r"[0-9a-f]{32}")
_HOUR = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")


def article_path(article: Granted) -> str:
    """`/{section}/{YYYY-MM-DD}-{slug}.{shortid}.html`; only the shortid decides which article it is."""
    return (
        f"/{article.section}/{archive_day(article)}-{slug(article.translation.title)}.{ids.shortid(article.article_id)}.html"
    )


def archive_day(article: Granted) -> date:
    """The day under which the article stands in the archive."""
    return days.day(article.published_at, article.times.discovered)


def slug(title: str) -> str:
    """`title` in lower-case ASCII words joined by hyphens, at most SLUG_CHARACTERS long."""
    # Hostile titles may be a megabyte long, and slugify looks at every letter more than once.
    return slugify(title[: SLUG_CHARACTERS * 4], max_length=SLUG_CHARACTERS, word_boundary=True, save_order=True) or NO_SLUG


@dataclass(frozen=True)
class Name:
    """The last part of an article's path, taken apart."""

    day: str
    slug: str
    shortid: str


def parse_name(name: str) -> Name | None:
    """The parts of `{YYYY-MM-DD}-{slug}.{shortid}`, or None where it is no such name."""
    match = _NAME.fullmatch(name)
    return Name(**match.groupdict()) if match else None


def shortid_of(identity: str) -> str | None:
    """The shortid that `identity`, an article id or a shortid, means; None where it is neither."""
    if _ARTICLE_ID.fullmatch(identity):
        return ids.shortid(identity)
    return identity if _SHORTID.fullmatch(identity) else None


def parse_hour(text: str) -> datetime | None:
    """The hour, in UTC, that `2026-03-31T14` names; None for anything else."""
    if not _HOUR.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=UTC)
    except ValueError:
        return None


def parse_day(value: str) -> date | None:
    """The day that `YYYY-MM-DD` names, or None."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if value == day.isoformat() else None


def parse_page(value: str, last: int) -> int | None:
    """The number of a list's page that `value` names, from 1 to `last`, or None."""
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(last))):
        return None
    return int(value) if 1 <= int(value) <= last else None


def day_path(day: date) -> str:
    return f"/day/{day.isoformat()}"


def section_path(section: str) -> str:
    return f"/{section}/"


def source_path(source_id: str) -> str:
    return f"/source/{quote(source_id, safe='')}"


def language_path(language: str) -> str:
    return f"/language/{quote(language, safe='')}"


def country_path(country: str) -> str:
    return f"/country/{quote(country.lower(), safe='')}"


def story_path(story_id: str) -> str:
    return f"/story/{quote(story_id, safe='')}"


def query(values: Mapping[str, object]) -> str:
    """`?a=b&c=d`; empty where there is nothing to say."""
    return "?" + urlencode(values) if values else ""


def trend_path(trend_id: str) -> str:
    return f"/trend/{quote(trend_id, safe='')}"


def external(url: str | None) -> str | None:
    """`url` if it may be linked to: absolute, http or https, one line. Else None."""
    if not url or _BLANK_OR_CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
