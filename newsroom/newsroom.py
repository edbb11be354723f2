"""The whole press at work: what it has published, and what must become of it."""

from collections.abc import Iterable
from typing import Any

from newsroom.edition import Edition
from newsroom.outlets import KINDS, Addresses, Outlet
from newsroom.press import LAST_ROUND, Article, BadPress
from newsroom.site import Site
from newsroom.timeline import Timeline
from newsroom.trouble import BEHAVIOURS, Trouble, state_of
from shared.ids import source_id

POLL_SECONDS = 5  # so that the demo is live


class Newsroom:
    """All `outlets` with their `articles`, reached at `addresses`. Raises BadPress where an article misbehaves in a way that
    nobody knows."""

    def __init__(self, outlets: list[Outlet], articles: Iterable[Article], timeline: Timeline, addresses: Addresses) -> None:
        every = list(articles)
        for article in every:
            if article.behaviour and article.behaviour not in BEHAVIOURS:
                raise BadPress(f"{article.outlet}{article.path}: no such behaviour")
        self.timeline = timeline
        self.addresses = addresses
        self.editions = [Edition(outlet, every, timeline, addresses) for outlet in outlets]
        trouble = Trouble()
        self.sites = {addresses.ports[edition.outlet.id]: Site(edition, trouble) for edition in self.editions}

    def truth(self) -> dict[str, str]:
        """Each URL listed so far, and the state it must end in."""
        return {story.url: state_of(story.article).value for edition in self.editions for story in edition.stories()}

    def status(self) -> dict[str, Any]:
        """`rounds` is the number of the last one; `published` counts the URLs listed so far."""
        return {
            "round": self.timeline.round,
            "rounds": LAST_ROUND,
            "done": self.timeline.done,
            "published": len(self.truth()),
        }

    def sources(self) -> list[dict[str, Any]]:
        """The outlets as the product's list of sources has them."""
        return [_source(edition) for edition in self.editions]


def _source(edition: Edition) -> dict[str, Any]:
    outlet, origin = edition.outlet, edition.origin
    return {
        "id": source_id(f"{origin}/"),
        "name": outlet.name,
        "home_page": f"{origin}/",
        "feeds": [{"url": origin + feed.path, "kind": KINDS[feed.kind]} for feed in outlet.feeds],
        "country": outlet.country,
        "language": outlet.language,
        "sections": {f"/{name}/": section for name, section in outlet.sections.items()},
        "rights": "full",
        "poll_seconds": POLL_SECONDS,
        "delay_seconds": None,
    }
