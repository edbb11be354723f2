"""What waited for a translation is sent again once it can be translated, newest first, and not for ever; texts that were put
off are, once there is little to do."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from services.scheduler.untranslated import AGAIN, MOST_TRIES, PATIENCE, SLACK, UnderWay, untranslated
from shared.events import Article
from tests.integration.articles import translated

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Known:
    """Pairs as they stand: language to since when."""

    def __init__(self, **since: datetime) -> None:
        self.known = since

    async def since(self, now: datetime) -> dict[str, datetime]:
        return self.known


class Index:
    """Pending articles, the newest first."""

    def __init__(self, *articles: Article, put_off: Sequence[Article] = ()) -> None:
        self.pending = {article.article_id: article for article in articles}
        self.put_off = {article.article_id: article for article in put_off}

    async def newest(
        self, before: Mapping[str, datetime], *, but: Collection[str], limit: int, most_renderings: int = 1000
    ) -> list[Article]:
        def fits(article: Article) -> bool:
            tried, at = article.times.translated, before.get(article.language)
            assert tried
            return (
                article.article_id not in but and at is not None and tried < at and article.rendering < most_renderings - 1
            )

        return list(filter(fits, self.pending.values()))[: max(0, limit)]

    async def waiting(self, article_ids: Collection[str]) -> set[str]:
        return set(article_ids) & {**self.pending, **self.put_off}.keys()

    async def bodies(self, languages: Collection[str], *, but: Collection[str], limit: int) -> list[Article]:
        found = (one for one in self.put_off.values() if one.article_id not in but and one.language in languages)
        return list(found)[:limit]


async def quiet() -> bool:
    return True


async def busy() -> bool:
    return False


def waiting(number: int, language: str = "fr", tried: datetime = NOON - HOUR, rendering: int = 0) -> Article:
    whole = translated(number, "wire", language=language, rendering=rendering)
    fields = {name: getattr(whole, name) for name in Article.model_fields}
    return Article(**fields | {"times": whole.times.model_copy(update={"translated": tried})})


async def sent(
    known: Known,
    index: Index,
    under_way: UnderWay,
    now: datetime = NOON,
    most: int = 50,
    load: Callable[[], Awaitable[bool]] = quiet,
) -> list[Article]:
    found = await untranslated(now, known, index, under_way, most, load)  # type: ignore[arg-type]
    return [event for _, event in found if isinstance(event, Article)]


async def test_what_waited_for_a_language_is_sent_again_whole_and_rendered_once_more() -> None:
    article = waiting(1)
    [(cause, again)] = await untranslated(NOON, Known(fr=NOON), Index(article), UnderWay(), 50, quiet)  # type: ignore[arg-type]
    assert isinstance(again, Article)
    assert cause == f"untranslated:{article.article_id}:1:1"
    assert (again.rendering, again.revision, again.blocks, again.title) == (1, 1, article.blocks, article.title)
    assert (again.times.discovered, again.times.translated) == (article.times.discovered, None)


async def test_a_language_that_still_has_no_model_goes_on_waiting() -> None:
    assert await sent(Known(fr=NOON), Index(waiting(1, "de")), UnderWay()) == []


async def test_what_was_tried_since_the_model_came_is_not_sent_again_at_once() -> None:
    index, known = Index(waiting(1, tried=NOON + SLACK)), Known(fr=NOON)
    assert await sent(known, index, UnderWay(), NOON + 2 * SLACK) == []
    assert len(await sent(known, index, UnderWay(), NOON + 2 * SLACK + AGAIN)) == 1


async def test_what_a_second_translator_gave_back_a_moment_later_counts_as_before() -> None:
    assert len(await sent(Known(fr=NOON), Index(waiting(1, tried=NOON + SLACK / 2)), UnderWay())) == 1


async def test_what_never_succeeds_is_tried_twenty_times_and_then_only_by_another_model() -> None:
    index = Index(waiting(1, tried=NOON, rendering=MOST_TRIES))
    assert await sent(Known(fr=NOON - HOUR), index, UnderWay(), NOON + AGAIN * 2) == []
    assert len(await sent(Known(fr=NOON + AGAIN), index, UnderWay(), NOON + AGAIN * 2)) == 1


async def test_only_so_many_are_under_way_at_a_time() -> None:
    index, under_way = Index(*(waiting(number) for number in range(10))), UnderWay()
    first = await sent(Known(fr=NOON), index, under_way, most=4)
    assert [article.article_id for article in first] == list(index.pending)[:4]
    assert await sent(Known(fr=NOON), index, under_way, most=4) == []
    del index.pending[first[0].article_id]
    second = await sent(Known(fr=NOON), index, under_way, most=4)
    assert len(second) == 1
    assert second[0] not in first


async def test_what_does_not_come_back_is_sent_once_more() -> None:
    index, under_way = Index(waiting(1)), UnderWay()
    assert len(await sent(Known(fr=NOON), index, under_way)) == 1
    assert await sent(Known(fr=NOON), index, under_way, NOON + PATIENCE / 2) == []
    assert len(await sent(Known(fr=NOON), index, under_way, NOON + PATIENCE)) == 1


async def test_none_at_once_switches_it_off() -> None:
    assert await sent(Known(fr=NOON), Index(waiting(1)), UnderWay(), most=0) == []


async def test_texts_that_were_put_off_are_sent_when_the_translators_have_little_to_do() -> None:
    index, under_way = Index(put_off=[waiting(1), waiting(2)]), UnderWay()
    assert await sent(Known(fr=NOON), index, under_way, load=busy) == []
    assert [one.rendering for one in await sent(Known(fr=NOON), index, under_way)] == [1, 1]
    assert await sent(Known(fr=NOON), index, under_way) == []


async def test_texts_that_were_put_off_come_after_what_has_no_translation_at_all() -> None:
    index = Index(waiting(1), waiting(2), put_off=[waiting(3), waiting(4)])
    found = await sent(Known(fr=NOON), index, UnderWay(), most=3)
    assert [one.article_id for one in found] == [*index.pending, next(iter(index.put_off))]


async def test_a_text_whose_language_nobody_translates_any_more_goes_on_waiting() -> None:
    assert await sent(Known(de=NOON), Index(put_off=[waiting(1)]), UnderWay()) == []


async def test_nobody_asks_how_busy_translators_are_when_nothing_was_put_off() -> None:
    async def asked() -> bool:
        raise AssertionError

    assert len(await sent(Known(fr=NOON), Index(waiting(1)), UnderWay(), load=asked)) == 1
