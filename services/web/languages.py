"""Languages and countries for readers: English names, writing directions, and text that knows its own.

Names and directions are those of the Unicode CLDR, by way of Babel.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

Direction = Literal["ltr", "rtl", "auto"]

ENGLISH = "en"
UNKNOWN = "und"

_english = Locale(ENGLISH)
_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,3}", re.IGNORECASE)
_COUNTRY = re.compile(r"[a-z]{2}", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """A piece of text with its `lang` and `dir` attributes."""

    text: str
    lang: str
    dir: Direction


def text(words: str, language: str) -> Text:
    """`words`, written in `language`."""
    return Text(words, tag(language), direction(language))


@lru_cache(maxsize=1024)
def tag(language: str) -> str:
    """The `lang` attribute for `language`; empty, which HTML reads as unknown, where it cannot be told."""
    return language if language != UNKNOWN and _TAG.fullmatch(language) else ""


@lru_cache(maxsize=1024)
def direction(language: str) -> Direction:
    """Which way `language` is written; `auto`, by the text's first letter, where that is not known."""
    if not tag(language):
        return "auto"
    try:
        return "rtl" if Locale.parse(language.partition("-")[0]).text_direction == "rtl" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "auto"


@lru_cache(maxsize=1024)
def language_name(language: str) -> str:
    """The English name of `language`; `language not known` where it cannot be told."""
    if not tag(language):
        return "language not known"
    return str(_english.languages.get(language.partition("-")[0].lower(), language))


@lru_cache(maxsize=1024)
def country_name(country: str) -> str:
    """The English name of the country with the ISO code `country`, or what was given."""
    return str(_english.territories.get(country.upper(), country))


def is_country(code: str) -> bool:
    """Whether `code` is written as ISO 3166 has it, and so may have a page."""
    return bool(_COUNTRY.fullmatch(code))
