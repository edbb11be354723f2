"""What a crawler finds stories by: RSS 2.0, Atom (RFC 4287), Google's news sitemap; and robots.txt."""

from email.utils import format_datetime

from newsroom.edition import Edition, Story
from newsroom.outlets import Listing
from newsroom.templates import TEMPLATES

TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "news-sitemap": "application/xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def listing(feed: Listing, edition: Edition) -> bytes:
    """The document at `feed.path` now."""
    template = TEMPLATES.get_template(f"listings/{feed.kind}.xml")
    stories = edition.stories()
    updated = max((story.stamp for story in stories), default=edition.changed())
    text = template.render(
        outlet=edition.outlet, origin=edition.origin, feed=feed, stories=stories, updated=updated, rfc822=_rfc
    )
    return text.encode("utf-8")


def robots_txt(edition: Edition) -> str:
    """robots.txt, with the sitemaps that the outlet has."""
    lines = ["User-agent: *", edition.outlet.robots or "Disallow:"]
    lines += [f"Sitemap: {edition.origin}{feed.path}" for feed in edition.outlet.feeds if feed.kind == "news-sitemap"]
    return "\n".join(lines) + "\n"


def _rfc(story: Story) -> str:
    return format_datetime(story.published)
