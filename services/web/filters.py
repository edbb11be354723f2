"""The filters of the search page and of the API: which articles a query string asks for."""

from collections.abc import Mapping
from datetime import date

from starlette.exceptions import HTTPException

from services.web import addresses
from services.web.languages import is_country
from services.web.queries import LONGEST_WORDS, Wanted

NARROWING = ("section", "source", "language", "country", "author", "day", "from", "to")
FILTERS = ("q", *NARROWING, "order")
_LONGEST = 100  # characters of a source's, a language's or an author's name


def wanted(asked: Mapping[str, str]) -> Wanted:
    """What `asked` means; other names in it are left alone. Raises HTTPException 400 where it cannot be meant."""
    words = " ".join(asked.get("q", "").split())
    if len(words) > LONGEST_WORDS:
        raise HTTPException(400, f"`q` is longer than {LONGEST_WORDS} characters.")
    section = asked.get("section") or None
    if section and section not in addresses.SECTIONS:
        raise HTTPException(400, f"There is no such section; there are {', '.join(addresses.SECTIONS)}.")
    if asked.get("order", "newest") not in ("newest", "best"):
        raise HTTPException(400, "`order` is `newest` or `best`.")
    for name in ("source", "language", "author"):
        if len(asked.get(name, "")) > _LONGEST:
            raise HTTPException(400, f"`{name}` is longer than {_LONGEST} characters.")
    country = asked.get("country") or None
    if country and not is_country(country):
        raise HTTPException(400, "`country` is two letters, such as `pt`.")
    return Wanted(
        words=words,
        section=section,
        source=asked.get("source") or None,
        language=asked.get("language") or None,
        country=country and country.lower(),
        day=_day(asked, "day"),
        first_day=_day(asked, "from"),
        last_day=_day(asked, "to"),
        author=" ".join(asked.get("author", "").split()) or None,
        newest=asked.get("order") == "newest",
    )


def _day(asked: Mapping[str, str], name: str) -> date | None:
    value = asked.get(name)
    if not value:
        return None
    if (day := addresses.parse_day(value)) is None:
        raise HTTPException(400, f"`{name}` is a date such as 2026-03-31.")
    return day
