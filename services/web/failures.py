"""Answers when there is no page: not found, OpenSearch away, our own fault. In JSON under /api/."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from opensearchpy import TransportError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.web.site import Site, problem
from services.web.wire import headers
from shared.errors import Unavailable
from shared.telemetry import logging

API = "/api/"
RETRY_SECONDS = 15  # what a reader is told to wait while OpenSearch is away


def failure(
    site: Site, request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, template: str = ""
) -> Response:
    """The answer `status`, as a page for readers (`template`, or the usual one) and as a problem for programs."""
    title = HTTPStatus(status).phrase
    if request.url.path.startswith(API):
        response = problem(status, title, detail)
    else:
        template = template or {404: "missing.html", 429: "busy.html", 503: "away.html"}.get(status, "failed.html")
        response = site.page(request, template, status, code=status, phrase=title)
    response.headers.update(headers or {})
    return response


def handlers(site: Site) -> Mapping[Any, Any]:
    """For Starlette, by what was raised."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return failure(site, request, error.status_code, error.detail, error.headers)

    async def away(request: Request, error: Exception) -> Response:
        logging.get("web").warning("opensearch is away", path=request.url.path, reason=str(error))
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return failure(site, request, 503, "The index cannot be reached just now.", headers)

    async def failed(request: Request, error: Exception) -> Response:
        logging.get("web").error("a request failed", path=request.url.path, exc_info=error)
        response = failure(site, request, 500, "This is our fault, and is in our log.")
        response.headers.update(headers(site.own.noindex))  # Starlette answers outside of our middleware here
        return response

    return {HTTPException: refused, Unavailable: away, TransportError: failed, Exception: failed}
