"""How the news comes in, for readers: which sources are well, and which are silent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.search.sources import Source

# Without addresses and answers: what an operator needs to know is in `babelwire status`.
WHY = {
    "failing": "does not answer, or answers with errors",
    "blocked": "does not want to be read by programs",
    "quiet": "silent for longer than it usually is",
    "new": "not asked yet",
}


@dataclass(frozen=True)
class Trouble:
    """A source that brings nothing just now. `last` is when it last did, if ever."""

    source: Source
    why: str
    last: datetime | None


@dataclass(frozen=True)
class Standing:
    """`well` of `active` sources bring news; the `troubled` ones, the longest silent first."""

    active: int
    well: int
    troubled: tuple[Trouble, ...]


def standing(sources: Sequence[Source]) -> Standing:
    """How the active ones among `sources` stand."""
    active = [source for source in sources if source.active]
    found = [Trouble(source, WHY[source.health], _last(source)) for source in active if source.health in WHY]
    found.sort(key=lambda one: (one.last is not None, one.last or datetime.min, one.source.name.casefold()))
    return Standing(len(active), len(active) - len(found), tuple(found))


def _last(source: Source) -> datetime | None:
    return max((feed.last_article_at for feed in source.feeds if feed.last_article_at), default=None)
