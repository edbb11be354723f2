"""What of one outlet is out in the present round."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newsroom.outlets import Addresses, Outlet
from newsroom.press import Article
from newsroom.timeline import Timeline


@dataclass(frozen=True)
class Story:
    """An article as it stands at its `url` now. Moments are in the outlet's own zone; `modified` None: never corrected."""

    article: Article
    url: str
    canonical: str
    published: datetime
    modified: datetime | None

    @property
    def stamp(self) -> datetime:
        """Of the newest version."""
        return self.modified or self.published

    @property
    def picture(self) -> str | None:
        """The path of its figure's image."""
        return f"/imagens/{self.article.slug}.png" if self.article.figure else None

    @property
    def note(self) -> str | None:
        """The correction's, once it is made."""
        return self.article.correction.note if self.article.correction and self.modified else None


class Edition:
    """The stories of `outlet` that are out, newest first."""

    def __init__(self, outlet: Outlet, articles: Iterable[Article], timeline: Timeline, addresses: Addresses) -> None:
        self.outlet = outlet
        self.origin = addresses.origin(outlet.id)
        self._timeline = timeline
        self._articles = [article for article in articles if article.outlet == outlet.id]
        self._by_slug = {article.slug: article for article in self._articles}

    def stories(self) -> list[Story]:
        out = [self._story(article) for article in self._articles if self._timeline.is_out(article)]
        return sorted(out, key=lambda story: (story.published, story.url), reverse=True)

    def story(self, path: str) -> Story | None:
        """The story at `path`, if it is out."""
        return next((story for story in self.stories() if story.article.path == path), None)

    def was_read(self) -> None:
        """Somebody has asked for its feed."""
        self._timeline.read.set()

    def changed(self) -> datetime:
        """When anything of it last changed, UTC."""
        return self._timeline.began(self._timeline.round)

    def _story(self, article: Article) -> Story:
        first = self._by_slug[article.copy_of] if article.copy_of else article
        zone, modified = self.outlet.timezone, self._timeline.modified(article)
        return Story(
            article=article.at(self._timeline.round),
            url=self.origin + article.path,
            canonical=self.origin + first.path,
            published=self._timeline.published(article).astimezone(zone),
            modified=modified.astimezone(zone) if modified else None,
        )
