"""How the site answers: its templates, and the headers of every kind of answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.web import addresses, moments
from services.web.languages import country_name, direction, is_country, language_name, tag
from services.web.rights import Granted
from services.web.settings import WebSettings
from shared import clock

STATIC = Path(str(files("services.web") / "static"))
SECTION_NAMES = {name: name.capitalize() for name in addresses.SECTIONS} | {"tech": "Technology", "news": "More news"}


class Site:
    """Makes pages and other answers as the settings say."""

    def __init__(self, own: WebSettings, picture: Callable[[Granted], str | None]) -> None:
        self.own = own
        self._templates = Environment(
            loader=PackageLoader("services.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(
            site_name=own.site_name,
            noindex=own.noindex,
            section_names=SECTION_NAMES,
            style=f"/static/style.css?v={_digest((STATIC / 'style.css').read_bytes())}",
            now=clock.now,
            picture=picture,
            external=addresses.external,
            article_path=addresses.article_path,
            archive_day=addresses.archive_day,
            day_path=addresses.day_path,
            section_path=addresses.section_path,
            source_path=addresses.source_path,
            language_path=addresses.language_path,
            day_names=moments.DAYS,
            is_country=is_country,
            country_path=addresses.country_path,
            story_path=addresses.story_path,
            trend_path=addresses.trend_path,
        )
        self._templates.filters.update(
            moment=moments.moment,
            brief=moments.brief,
            machine=moments.machine,
            plain_day=moments.plain_day,
            month_name=moments.month_name,
            moment_of=datetime.fromisoformat,
            span=moments.span,
            full_day=moments.full_day,
            language_name=language_name,
            country_name=country_name,
            lang=tag,
            dir=direction,
        )

    def compile(self) -> None:
        """Compiles all templates, which takes a quarter of a second, so that the first readers need not wait for it."""
        for name in self._templates.list_templates(["html"]):
            self._templates.get_template(name)

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        """The page that `template` makes."""
        html = self._templates.get_template(template).render(path=request.url.path, **context)
        return self.kept(request, HTMLResponse(html, status))

    def json(self, request: Request, value: BaseModel | dict[str, Any]) -> Response:
        if isinstance(value, BaseModel):
            return self.kept(request, Response(value.model_dump_json(), media_type="application/json"))
        return self.kept(request, JSONResponse(value))

    def kept(self, request: Request, response: Response) -> Response:
        """`response`, to be kept for a while and asked for again by its ETag if all is well, else not to be kept."""
        if response.status_code != 200:
            response.headers["Cache-Control"] = "no-store"
            return response
        # Weak: the same page goes out compressed and not.
        etag = f'W/"{_digest(bytes(response.body))}"'
        fresh = stale = self.own.cache_seconds  # together, how late a takedown may reach whoever keeps copies
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = f"public, max-age={fresh}, stale-while-revalidate={stale}"
        return response

    def root(self, request: Request) -> str:
        """Where readers find the site, without a slash at the end."""
        return self.own.base_url or f"{request.url.scheme}://{request.url.netloc}"


def problem(status: int, title: str, detail: str) -> Response:
    """What went wrong, as RFC 9457 has programs read it."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, {"Cache-Control": "no-store"}, "application/problem+json")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
