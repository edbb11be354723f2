"""Which of two versions of a document stands (DESIGN §3 Documents). Versions count; they never come from clocks."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from shared.errors import Poison
from shared.events import RENDERINGS, Article


@dataclass(frozen=True)
class Standing:
    """What the index holds of an article."""

    version: int
    content_hash: str
    fetched_at: datetime | None


class Verdict(Enum):
    """On a document that met one of its own or a higher version."""

    REPLAY = auto()  # it is the same: as good as written
    SUPERSEDED = auto()  # what stands is newer
    NEWER = auto()  # two texts of one revision, ours fetched later: it becomes the next revision


def version(article: Article) -> int:
    """The external version: revision × 1000 + rendering. Raises Poison where they cannot make one."""
    if article.revision < 1 or not 0 <= article.rendering < RENDERINGS:
        raise Poison(f"no such version: revision {article.revision}, rendering {article.rendering}")
    return article.revision * RENDERINGS + article.rendering


def against(article: Article, standing: Standing) -> Verdict:
    """The verdict on `article` where `standing` was found in its place."""
    if standing.version > version(article):
        return Verdict.SUPERSEDED
    if standing.content_hash == article.content_hash:
        return Verdict.REPLAY
    return Verdict.SUPERSEDED if fetched_before(article, standing.fetched_at) else Verdict.NEWER


def fetched_before(article: Article, moment: datetime | None) -> bool:
    """Whether `article` is of a page not fetched later than `moment`."""
    fetched = article.times.fetched
    return moment is not None and (fetched is None or fetched <= moment)
