"""“Report this translation”: a form, and where it goes. What is stored tells nothing of who sent it."""

import time
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.web import addresses
from services.web.bodies import body_of
from services.web.cards import card
from services.web.limits import Limits, client
from services.web.rights import Granted
from services.web.site import Site
from services.web.store import Found, Store, Withdrawn
from shared import clock
from shared.search.reports import COMPLAINTS, LONGEST, Report

PER_MINUTE, AT_ONCE = 0.2, 5  # of one client: five, and then one in five minutes
PER_DAY = 2000  # of all together; what is more is no reader
MOST_BYTES = 16_384  # of a form: LONGEST characters, each of four bytes, written as %xx
DAY = timedelta(days=1)


class Reporting:
    """The form and what takes it, out of `store` and into it, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store
        self._limits = Limits(PER_MINUTE, time.monotonic, burst=AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/report/thanks", self.thanks),
            Route("/report/{shortid}", self.form, methods=["GET"]),
            Route("/report/{shortid}", self.report, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        article = await self._translated(request)
        return self._page(request, article, 200)

    async def report(self, request: Request) -> Response:
        # Browsers say where a form was sent from; another site has no business here.
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise HTTPException(403)
        fields = await _fields(request)
        article = await self._translated(request)
        try:
            report = _report(article, fields)
        except ValidationError:
            return self._page(request, article, 400)
        await self._within_limits(request)
        await self._store.report(report)
        return RedirectResponse("/report/thanks", 303, {"Cache-Control": "no-store"})

    async def thanks(self, request: Request) -> Response:
        return self._site.page(request, "thanks.html")

    async def _translated(self, request: Request) -> Granted:
        """The article that is meant. Raises HTTPException where there is none, or nothing was translated."""
        shortid = addresses.shortid_of(request.path_params["shortid"])
        article = await self._store.article(shortid) if shortid else None
        if article is None:
            raise HTTPException(404)
        if isinstance(article, Withdrawn):
            raise HTTPException(410)
        if article.translation.status not in ("translated", "partial"):
            raise HTTPException(404)
        return article

    async def _within_limits(self, request: Request) -> None:
        seconds = self._limits.take(client(request.client.host if request.client else "none"))
        if not seconds and await self._store.reported(clock.now(), DAY) >= PER_DAY:
            seconds = 3600
        if seconds:
            raise HTTPException(429, "Too many reports.", {"Retry-After": str(seconds)})

    def _page(self, request: Request, article: Granted, status: int) -> Response:
        return self._site.page(
            request,
            "report.html",
            status,
            card=card(Found(article)),
            article=article,
            complaints=COMPLAINTS,
            longest=LONGEST,
            incomplete=status == 400,
        )


def _report(article: Granted, fields: Mapping[str, str]) -> Report:
    """Raises ValidationError for what the form cannot have sent."""
    return Report.model_validate(
        {
            "article_id": article.article_id,
            "url": article.url,
            "title": article.translation.title[:300],
            "language": article.language,
            "engine": article.translation.engine,
            "rendering": article.rendering,
            "complaint": fields.get("complaint"),
            "words": "\n".join(line.strip() for line in fields.get("words", "").splitlines()).strip(),
            "at": clock.now(),
        }
    )


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields. Raises HTTPException for what is too large or too slow, or no form."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await body_of(request, MOST_BYTES)
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=10, errors="replace")
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: values[0] for name, values in found.items()}
