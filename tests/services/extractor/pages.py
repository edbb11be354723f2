"""Small pages for the tests, written for them."""

from datetime import UTC, datetime

from shared.events import Page
from shared.ids import url_id

FETCHED = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://paper.example/politics/2026/03/bridge-opens-after-years"

SENTENCES = (
    "The new bridge over the river was opened on Monday morning after nine years of work and three changes of plan.",
    "Hundreds of people walked across it within the first hour, many of them with children who had never known "
    "the place without cranes.",
    "The mayor said that the town had waited long enough and thanked the engineers, who had worked through two "
    "floods and a strike.",
    "Traffic will be let onto the bridge in stages, beginning with buses on Tuesday and with private cars at "
    "the end of the week.",
    "The cost has risen to four times the first estimate, which the council wants to examine in a public "
    "hearing in the autumn.",
)


def page(html: str | bytes, url: str = URL, **changes: object) -> Page:
    body = html.encode() if isinstance(html, str) else html
    fields: dict[str, object] = {
        "url_id": url_id(url), "url": url, "final_url": url, "source_id": "s1", "content_type": "text/html; charset=utf-8",
        "discovered_at": FETCHED, "fetched_at": FETCHED, "body": body,
    }  # fmt: skip
    return Page(**{**fields, **changes})


def document(body: str, head: str = "", lang: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def article(
    paragraphs: tuple[str, ...] = SENTENCES,
    *,
    title: str = "Bridge opens after nine years",
    head: str = "",
    before: str = "",
    inside: str = "",
    after: str = "",
) -> str:
    """A plain article page: `before` stands between headline and text, `inside` after the first paragraph."""
    first, *rest = (f"<p>{text}</p>" for text in paragraphs)
    return document(
        '<header><nav><a href="/">Home</a> <a href="/politics">Politics</a></nav></header>'
        f"<main><article><h1>{title}</h1>{before}<div "
        f'class="article-body">{first}{inside}{"".join(rest)}</div></article>{after}</main>'
        "<footer>Imprint and contact</footer>",
        f"<title>{title} | The Paper</title>" + head,
    )
