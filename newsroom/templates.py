"""The templates under pages/ and what they may ask for."""

import json
from datetime import datetime
from typing import Any

import jinja2
from markupsafe import Markup

from newsroom.outlets import HERE


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _json_ld(value: Any) -> Markup:
    """JSON that may stand within a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=1).replace("</", "<\\/"))  # noqa: S704 - cannot end the element


TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "pages"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
TEMPLATES.filters |= {"iso": _iso, "json_ld": _json_ld}
