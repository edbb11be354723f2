"""A store in memory, where a test is about the pages and not about OpenSearch."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from services.web.addresses import archive_day
from services.web.app import site
from services.web.queries import Wanted, by_score
from services.web.rights import Granted, granted
from services.web.settings import WebSettings
from services.web.store import Counts, Found, Hour, Listing, Told, Withdrawn
from shared import ids
from shared.events import TranslatedArticle, Trend
from shared.search.freshness import Freshness, freshness
from shared.search.ledger import UrlEntry
from shared.search.reports import Report
from shared.search.sources import Source
from shared.search.stories import Member, Story
from shared.search.trends import Board


class Shelf:
    """Answers as `store.Store` does, out of what it was given, in that order."""

    def __init__(
        self,
        articles: Sequence[TranslatedArticle] = (),
        *,
        withdrawn: dict[str, Withdrawn] | None = None,
        board: Board | None = None,
        sources: Sequence[Source] = (),
        pulse: tuple[Hour, ...] = (),
        entries: Sequence[UrlEntry] = (),
        stories: Sequence[Story] = (),
        copies: Mapping[str, str] | None = None,
    ) -> None:
        self._articles = articles
        self._withdrawn = withdrawn or {}
        self._board = board
        self._sources = {source.id: source for source in sources}
        self._entries = {entry.url_id: entry for entry in entries}
        self._stories, self._copies = stories, copies or {}
        self._pulse = pulse
        self.reports: dict[str, Report] = {}
        self.asked: list[Wanted] = []
        self.meant: str | None = None

    async def listing(
        self, wanted: Wanted, size: int, page: int = 1, *, after: Sequence[Any] = (), faceted: bool = False
    ) -> Listing:
        self.asked.append(wanted)
        found = [Found(one) for one in map(granted, self._articles) if _is(one, wanted)]
        start = after[1] if after else (page - 1) * size
        shown = tuple(found[start : start + size])
        last = ("2026-03-31", start + size, 0, "0" * 32) if len(shown) == size else ()
        return Listing(shown, len(found), () if by_score(wanted) else last, _facets(found) if faceted else {})

    async def respelt(self, wanted: Wanted) -> str | None:
        return self.meant

    async def article(self, shortid: str, published: date | None = None) -> Granted | Withdrawn | None:
        return self._withdrawn.get(shortid) or await self.indexed(shortid, published)

    async def indexed(self, shortid: str, published: date | None = None) -> Granted | Withdrawn | None:
        there = (granted(one) for one in self._articles if ids.shortid(one.article_id) == shortid)
        return next(there, self._withdrawn.get(shortid))

    async def withdrawal(self, article: Granted) -> Withdrawn | None:
        return self._withdrawn.get(ids.shortid(article.article_id))

    async def days(self, most: int, first: date | None = None, last: date | None = None) -> dict[date, int]:
        counted = Counter(archive_day(granted(one)) for one in self._articles)
        within = {day: n for day, n in counted.items() if (first or day) <= day <= (last or day)}
        return dict(sorted(within.items(), reverse=True)[:most])

    async def languages(self, most: int) -> Counts:
        return _facets([Found(granted(one)) for one in self._articles])

    async def pulse(self, wanted: Wanted, until: datetime, hours: int) -> tuple[Hour, ...]:
        return self._pulse

    async def freshness(self) -> Freshness:
        return freshness([one.model_dump(mode="json") for one in self._articles])

    async def similar(self, article: Granted, size: int) -> tuple[Found, ...]:
        return tuple(Found(granted(one)) for one in self._articles if one.article_id != article.article_id)[:size]

    async def latest(self, size: int) -> tuple[Found, ...]:
        return (await self.listing(Wanted(), size)).found

    async def board(self, hour: datetime | None = None) -> Board | None:
        if hour and self._board and not hour <= self._board.at < hour + timedelta(hours=1):
            return None
        return self._board

    async def headlines(self, board: Board) -> dict[str, str]:
        return {one.story_id: one.title for one in self._stories}

    async def trend(self, trend_id: str) -> tuple[Trend, bool] | None:
        return next(((one, True) for one in (self._board.trends if self._board else ()) if one.trend_id == trend_id), None)

    async def story(self, story_id: str, size: int = 100) -> Told | None:
        return next((self._told(one, size) for one in self._stories if one.story_id == story_id), None)

    async def story_of(self, article_id: str, size: int) -> Told | None:
        found = next((one for one in self._stories if article_id in one.article_ids), None)
        return self._told(found, size) if found and found.articles > 1 else None

    async def stories(self, size: int, since: datetime, min_sources: int = 2) -> list[Story]:
        return [one for one in self._stories if one.last_at >= since and one.sources >= min_sources][:size]

    def _told(self, story: Story, size: int) -> Told:
        shown = [granted(one) for one in self._articles if one.article_id in story.article_ids[-size:]]
        members = tuple(
            Member(
                article_id=one.article_id, story_id=story.story_id, source_id=one.source_id, language=one.language,
                seen_at=one.times.discovered, copy_of=self._copies.get(one.article_id),
            )
            for one in shown
        )  # fmt: skip
        return Told(story, members, tuple(map(Found, shown)))

    async def source(self, source_id: str) -> Source | None:
        return self._sources.get(source_id)

    async def source_names(self, source_ids: Iterable[str]) -> dict[str, str]:
        return {one: self._sources[one].name for one in source_ids if one in self._sources}

    async def sources(self) -> list[Source]:
        return list(self._sources.values())

    async def entry(self, url_id: str) -> UrlEntry | None:
        return self._entries.get(url_id)

    async def report(self, report: Report) -> bool:
        known = report.id in self.reports
        self.reports[report.id] = report
        return not known

    async def reported(self, now: datetime, within: timedelta) -> int:
        return len(self.reports)

    async def withdrawn(self) -> int:
        return len(self._withdrawn)

    async def close(self) -> None:
        return


def _facets(found: Sequence[Found]) -> Counts:
    of = {"section": "section", "language": "language", "source": "source_id", "country": "country"}
    return {name: Counter(str(getattr(one.article, field)) for one in found) for name, field in of.items()}


def _is(article: Granted, wanted: Wanted) -> bool:
    return (
        wanted.section in (None, article.section)
        and wanted.source in (None, article.source_id)
        and wanted.language in (None, article.language)
        and wanted.country in (None, article.country)
        and (wanted.articles is None or article.article_id in wanted.articles)
        and (wanted.since is None or article.times.discovered >= wanted.since)
        and wanted.day in (None, archive_day(article))
        and (wanted.first_day or date.min) <= archive_day(article) <= (wanted.last_day or date.max)
        and (wanted.author is None or any(wanted.author in author for author in article.authors))
        and wanted.words.lower() in f"{article.title} {article.translation.title}".lower()
    )


@asynccontextmanager
async def reader(store: object, own: WebSettings | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the site over `store`; the site's own failures come as answers."""
    app = site(own or WebSettings(), store)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://wire.test") as client:
        yield client
