"""A client of the API for Python programs, with the models that the API itself answers with.

async with Client("https://news.example.org") as client:
    async for article in client.articles(language="pt", section="world"):
        print(article.translation.title, article.link)
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from services.web import answers
from services.web.openapi import PREFIX

A = TypeVar("A", bound=BaseModel)
PATIENCE_SECONDS = 60  # of a Retry-After; whoever is to wait for longer is told
TRIES = 3
Filter = str | int | date | None


class ApiError(Exception):
    """The API's refusal, with what it said."""

    def __init__(self, problem: answers.Problem) -> None:
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")
        self.problem = problem


class Client:
    """`base_url`: where the site is. `token`: the operator's, for the ledger. `transport` replaces the network in tests.

    Whatever is asked raises ApiError when the API refuses it, and httpx.TransportError when there is no answer. A busy
    site (429, 503) is asked again after as long as it says.
    """

    def __init__(
        self, base_url: str, *, token: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._http = httpx.AsyncClient(base_url=base_url.rstrip("/") + PREFIX, headers=headers, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def articles(self, **filters: Filter) -> AsyncIterator[answers.ListedArticle]:
        """All articles that match, page after page: `q section source language country day order size`."""
        page = await self._get("/articles", answers.Articles, **filters)
        while True:
            for article in page.articles:
                yield article
            if page.next is None:
                return
            page = await self._get(page.next, answers.Articles)

    async def search(self, q: str, **filters: Filter) -> AsyncIterator[answers.FoundArticle]:
        """All that a search finds, the best first unless `order` is `newest`."""
        page = await self._get("/search", answers.Findings, q=q, **filters)
        while True:
            for article in page.articles:
                yield article
            if page.next is None:
                return
            page = await self._get(page.next, answers.Findings)

    async def article(self, identity: str) -> answers.WholeArticle:
        """An article by its id or shortid; ApiError 410 where it was taken down or withdrawn."""
        return await self._get(f"/articles/{quote(identity, safe='')}", answers.WholeArticle)

    async def trends(self, at: datetime | None = None) -> answers.Board:
        """What trends now, or trended in the hour of `at`."""
        asked = f"?at={at.astimezone(UTC):%Y-%m-%dT%H}" if at else ""
        return await self._get(f"/trends{asked}", answers.Board)

    async def trend(self, trend_id: str) -> answers.TrendInTime:
        """A trend, hour by hour."""
        return await self._get(f"/trends/{quote(trend_id, safe='')}", answers.TrendInTime)

    async def stories(self) -> tuple[answers.StoryAnswer, ...]:
        """The stories that several sources tell just now, the weightiest first."""
        return (await self._get("/stories", answers.Stories)).stories

    async def story(self, story_id: str) -> answers.WholeStory:
        """A story with its articles."""
        return await self._get(f"/stories/{quote(story_id, safe='')}", answers.WholeStory)

    async def source(self, source_id: str) -> answers.SourceAnswer:
        """A source."""
        return await self._get(f"/sources/{quote(source_id, safe='')}", answers.SourceAnswer)

    async def sources(self) -> tuple[answers.SourceAnswer, ...]:
        """Every source."""
        return (await self._get("/sources", answers.Sources)).sources

    async def days(self, first: date | None = None, last: date | None = None) -> tuple[answers.Day, ...]:
        """The days of the archive, the newest first."""
        return (await self._get("/days", answers.Days, **{"from": first, "to": last})).days

    async def languages(self) -> tuple[answers.LanguageAnswer, ...]:
        """The languages that articles were written in."""
        return (await self._get("/languages", answers.Languages)).languages

    async def why(self, url: str) -> answers.Why:
        """What became of a URL; needs the operator's token."""
        return await self._get("/ledger", answers.Why, url=url)

    async def _get(self, path: str, kind: type[A], **query: Filter) -> A:
        asked = {name: str(value) for name, value in query.items() if value is not None}
        for _ in range(TRIES - 1):
            answer = await self._http.get(path, params=asked or None)
            wait = answer.headers.get("Retry-After", "")
            if answer.status_code not in (429, 503) or not wait.isdecimal() or int(wait) > PATIENCE_SECONDS:
                break
            await asyncio.sleep(int(wait))
        else:
            answer = await self._http.get(path, params=asked or None)
        if answer.is_success:
            return kind.model_validate_json(answer.content)
        raise ApiError(_problem(answer))


def _problem(answer: httpx.Response) -> answers.Problem:
    if answer.headers.get("content-type") == "application/problem+json":
        return answers.Problem.model_validate_json(answer.content)
    return answers.Problem(title=answer.reason_phrase, status=answer.status_code, detail="")
