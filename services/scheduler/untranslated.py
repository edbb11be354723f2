"""Articles that wait for a translation, once there is one, and texts that wait for a quieter hour, once it has come: they go
to the translator again, as they stand in the index.

Newest first, and never more under way than a few translators can do: news of today does not wait behind a backlog.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.events import Article, Event
from shared.search.pairs import Pairs
from shared.search.untranslated import Untranslated

# What an engine failed at although it knows the language (its quota used up, out of order) is tried again so often.
AGAIN = timedelta(hours=6)
MOST_TRIES = 20
# What has not come back by then is lost on its way, or far behind others; asking once more changes nothing but time.
PATIENCE = timedelta(minutes=30)


# A second translator may notice a new model a moment after the first; what it gave back in between counts as before.
SLACK = timedelta(minutes=1)


@dataclass
class UnderWay:
    """What was sent and is not translated yet: article id to the moment it was sent."""

    sent: dict[str, datetime] = field(default_factory=dict)


async def untranslated(
    now: datetime,
    pairs: Pairs,
    index: Untranslated,
    under_way: UnderWay,
    most: int,
    quiet: Callable[[], Awaitable[bool]],
) -> list[tuple[str, Event]]:
    """Articles whose language can be translated since they were last tried, each with its cause, rendered once more; and if
    the translators have little to do (`quiet`, asked only where it matters) those whose text was put off.

    At most `most` are under way at a time. Several schedulers may do the same: equal cause, equal id, translated once more
    and written once. Raises Unavailable.
    """
    waiting = await index.waiting(under_way.sent)
    under_way.sent = {key: at for key, at in under_way.sent.items() if key in waiting and now - at < PATIENCE}
    free = most - len(under_way.sent)
    since = await pairs.since(now)
    new = {language: at + SLACK for language, at in since.items()}
    found = await index.newest(new, but=under_way.sent, limit=free)
    failed = dict.fromkeys(since, now - AGAIN)
    if len(found) < free:
        known = under_way.sent.keys() | {article.article_id for article in found}
        found += await index.newest(failed, but=known, limit=free - len(found), most_renderings=MOST_TRIES)
    if len(found) < free:
        known = under_way.sent.keys() | {article.article_id for article in found}
        put_off = await index.bodies(since.keys(), but=known, limit=free - len(found))
        if put_off and await quiet():
            found += put_off
    under_way.sent |= dict.fromkeys((article.article_id for article in found), now)
    return [_again(article) for article in found]


def counted(found: list[tuple[str, Event]]) -> Mapping[str, int]:
    """Articles by language."""
    languages = [event.language for _, event in found if isinstance(event, Article)]
    return {language: languages.count(language) for language in set(languages)}


def _again(article: Article) -> tuple[str, Event]:
    rendering = article.rendering + 1
    times = article.times.model_copy(update={"translated": None, "indexed": None})
    again = article.model_copy(update={"rendering": rendering, "times": times})
    return f"untranslated:{article.article_id}:{article.revision}:{rendering}", again
