"""The streams of articles: every list that has a page has feeds, and what names the one names the others."""

from dataclasses import dataclass
from datetime import timedelta

from services.web import addresses
from services.web.languages import country_name, is_country, language_name, tag
from services.web.moments import full_day
from services.web.queries import LONGEST_WORDS, Wanted
from services.web.site import SECTION_NAMES
from services.web.store import Store, Told
from shared.events import Trend

WHOLE = "all"
LONGEST_NAME = 100  # characters of what names a source, a language, a trend


@dataclass(frozen=True)
class Stream:
    """`wanted` are its articles, `home` its page and `feed` its feeds' address up to the form: `/feeds/day/2026-03-31`.
    `query` goes with both."""

    title: str
    wanted: Wanted
    home: str
    feed: str
    query: str = ""

    def address(self, form: str) -> str:
        """Of its feed in `form`: rss, atom or json."""
        return f"{self.feed}.{form}{self.query}"


def whole(title: str) -> Stream:
    """Everything."""
    return Stream(title, Wanted(), "/", f"/feeds/{WHOLE}")


def section(name: str) -> Stream | None:
    """A section; None where there is none of that name."""
    if name not in SECTION_NAMES:
        return None
    return Stream(SECTION_NAMES[name], Wanted(section=name), addresses.section_path(name), f"/feeds/{name}")


def search(words: str) -> Stream:
    """What a search finds, the newest first."""
    words = " ".join(words.split())[:LONGEST_WORDS]
    query = addresses.query({"q": words})
    return Stream(f"“{words}”", Wanted(words=words, newest=True), "/search", "/feeds/search", query)


def language(code: str) -> Stream | None:
    """The articles written in a language; None where `code` cannot be one."""
    if not (tag(code) or code == "und") or len(code) > LONGEST_NAME:
        return None
    path = addresses.language_path(code)
    return Stream(f"From {language_name(code)}", Wanted(language=code), path, f"/feeds{path}")


def country(code: str) -> Stream | None:
    """The articles of a country's sources; None where `code` is no ISO 3166 code."""
    code = code.lower()
    if not is_country(code):
        return None
    path = addresses.country_path(code)
    return Stream(f"From {country_name(code)}", Wanted(country=code), path, f"/feeds{path}")


def day(name: str) -> Stream | None:
    """The articles of a day of the archive; None where `name` is no day."""
    if (found := addresses.parse_day(name)) is None:
        return None
    path = addresses.day_path(found)
    return Stream(full_day(found), Wanted(day=found), path, f"/feeds{path}")


async def source(store: Store, source_id: str) -> Stream | None:
    """The articles of a source; None where there is none, and never was an article of it."""
    if len(source_id) > LONGEST_NAME:
        return None
    wanted = Wanted(source=source_id)
    path = addresses.source_path(source_id)
    if (known := await store.source(source_id)) is not None:
        return Stream(known.name, wanted, path, f"/feeds{path}")
    newest = await store.listing(wanted, 1)
    if not newest.found:
        return None
    return Stream(newest.found[0].article.source_name or "A source", wanted, path, f"/feeds{path}")


async def trend(store: Store, trend_id: str) -> Stream | None:
    """The articles a trend was counted from; None where nothing of the kind ever trended."""
    found = await store.trend(trend_id) if len(trend_id) <= LONGEST_NAME else None
    return of_trend(found[0]) if found else None


def of_trend(trend: Trend) -> Stream:
    """The articles `trend` was counted from."""
    wanted = Wanted(term=trend.term, since=trend.at - timedelta(hours=trend.window_hours))
    path = addresses.trend_path(trend.trend_id)
    return Stream(trend.term, wanted, path, f"/feeds{path}")


async def story(store: Store, story_id: str) -> Stream | None:
    """The articles of a story; None where there is none."""
    told = await store.story(story_id) if len(story_id) <= LONGEST_NAME else None
    return of_story(told) if told else None


def of_story(told: Told) -> Stream:
    """The articles of the story that is told."""
    path = addresses.story_path(told.story.story_id)
    wanted = Wanted(articles=tuple(member.article_id for member in told.members))
    return Stream(told.story.title or "A story", wanted, path, f"/feeds{path}")


def term(trend: Trend) -> Wanted:
    """All articles with the trend's term, whenever."""
    return Wanted(term=trend.term)


async def named(store: Store, kind: str, name: str) -> Stream | None:
    """The stream of a source, language, country, day, trend or story; None where there is none of that name."""
    match kind:
        case "source":
            return await source(store, name)
        case "trend":
            return await trend(store, name)
        case "story":
            return await story(store, name)
        case "language":
            return language(name)
        case "country":
            return country(name)
        case "day":
            return day(name)
    return None
