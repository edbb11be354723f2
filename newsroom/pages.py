"""An outlet's pages as text: its front, its sections, its articles."""

import tomllib
from typing import Any

from newsroom.edition import Edition, Story
from newsroom.outlets import HERE
from newsroom.templates import TEMPLATES

RELATED = 3
WORDS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def article_page(story: Story, edition: Edition, template: str | None = None, extra_head: str = "") -> str:
    """The page of `story`, made by `template` or its outlet's own; `extra_head` is HTML for bare.html's head."""
    outlet = edition.outlet
    others = [other for other in edition.stories() if not other.article.behaviour and other.url != story.url]
    context = {
        "outlet": outlet,
        "origin": edition.origin,
        "charset": outlet.charset,
        "words": WORDS[outlet.language],
        "story": story,
        "article": story.article,
        "related": others[:RELATED],
        "structured": structured(story, edition),
        "extra_head": extra_head,
    }
    return TEMPLATES.get_template(template or outlet.template).render(context)


def front_page(edition: Edition, section: str | None = None) -> str:
    """The outlet's front page, or that of one of its sections."""
    outlet = edition.outlet
    stories = [story for story in edition.stories() if section in (None, story.article.section)]
    return TEMPLATES.get_template("front.html").render(
        outlet=outlet, charset=outlet.charset, words=WORDS[outlet.language], stories=stories, section=section
    )


def structured(story: Story, edition: Edition) -> dict[str, Any]:
    """The story as schema.org's NewsArticle."""
    article, outlet = story.article, edition.outlet
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": story.canonical},
        "headline": article.title,
        "datePublished": story.published.isoformat(timespec="seconds"),
        "dateModified": story.stamp.isoformat(timespec="seconds"),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": f"{edition.origin}/"},
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": outlet.language,
        "isAccessibleForFree": True,
    }
    if article.standfirst:
        found["description"] = article.standfirst
    if story.picture:
        found["image"] = [edition.origin + story.picture]
    return found
