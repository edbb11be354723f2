import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.translator.errors import AuthFailed, EngineError, EngineTransient, QuotaExhausted, RateLimited
from services.translator.memory import Memory
from services.translator.stage import TRIES, Deps, process
from shared.errors import Transient
from shared.events import Article, TranslatedArticle
from shared.item import Item
from shared.telemetry import metrics
from tests.services.translator.fakes import FakeEngine, article, rot13

LEAD = "O governo apresentou na terça-feira uma nova proposta de lei sobre a habitação, que será votada em março."


class Failing(FakeEngine):
    def __init__(self, error: EngineError) -> None:
        super().__init__()
        self.error = error

    async def translate(self, texts, source):  # type: ignore[no-untyped-def]
        raise self.error


def deps(engine: FakeEngine) -> Deps:
    return Deps(engines=[engine], memory=Memory(100), turns=asyncio.Semaphore(1), seconds=60)


async def translated(engine: FakeEngine, attempt: int = 1) -> TranslatedArticle:
    (event,) = await process(Item(article(LEAD), "id", attempt), deps(engine))
    assert isinstance(event, TranslatedArticle)
    return event


async def test_an_article_becomes_one_translated_article_and_is_counted() -> None:
    before = metrics.TRANSLATIONS.labels("pt", "translated")._value.get()
    assert (await translated(FakeEngine())).translation.status == "translated"
    assert metrics.TRANSLATIONS.labels("pt", "translated")._value.get() == before + 1


async def test_blocks_that_stay_in_the_original_are_counted() -> None:
    counter = metrics.TRANSLATED_BLOCKS
    before = [counter.labels("pt", result)._value.get() for result in ("translated", "original")]
    engine = FakeEngine(lambda text: "" if "oposição" in text else rot13(text))
    await process(Item(article(LEAD, LEAD, "A oposição votou contra."), "id", 1), deps(engine))
    assert [counter.labels("pt", result)._value.get() for result in ("translated", "original")] == [
        before[0] + 2,
        before[1] + 1,
    ]


async def test_an_engine_that_fails_is_tried_again_later() -> None:
    with pytest.raises(Transient):
        await translated(Failing(EngineTransient("down")))


async def test_an_engine_is_left_alone_for_as_long_as_it_asks() -> None:
    with pytest.raises(Transient) as caught:
        await translated(Failing(RateLimited("slow down", 90)))
    assert caught.value.after == timedelta(seconds=90)


async def test_after_the_last_try_the_original_is_published_pending() -> None:
    assert (await translated(Failing(EngineTransient("down")), attempt=TRIES)).translation.status == "pending"


@pytest.mark.parametrize("error", [QuotaExhausted("used up"), AuthFailed("no such key")])
async def test_what_waiting_does_not_mend_is_published_pending_at_once(error: EngineError) -> None:
    assert (await translated(Failing(error))).translation.status == "pending"


LOW = article(LEAD).model_copy(update={"priority": "low", "standfirst": "A votação será em março, diz o governo."})


async def put_off(wanted: Article, overloaded: bool = True) -> TranslatedArticle:
    own = replace(deps(FakeEngine()), overloaded=lambda: overloaded)
    (event,) = await process(Item(wanted, "id"), own)
    assert isinstance(event, TranslatedArticle)
    return event


async def test_when_too_much_waits_a_low_source_has_its_headline_translated_and_its_text_put_off() -> None:
    before = metrics.BODIES_WAITING.labels("pt")._value.get()
    translation = (await put_off(LOW)).translation
    assert (translation.status, translation.body_waits, translation.quality) == ("partial", True, None)
    assert (translation.title, translation.standfirst) == (rot13(LOW.title), rot13(LOW.standfirst or ""))
    assert translation.blocks == tuple(block.model_copy(update={"lang": "pt"}) for block in LOW.blocks)
    assert metrics.BODIES_WAITING.labels("pt")._value.get() == before + 1


@pytest.mark.parametrize("changes", [{"priority": "normal"}, {"revision": 2}])
async def test_other_sources_and_corrections_are_translated_whole_however_much_waits(changes: dict[str, Any]) -> None:
    translation = (await put_off(LOW.model_copy(update=changes))).translation
    assert (translation.status, translation.body_waits) == ("translated", False)


async def test_a_text_that_was_put_off_is_translated_when_it_comes_again() -> None:
    again = (await put_off(LOW)).model_copy(update={"rendering": 1})
    assert (await put_off(again, overloaded=False)).translation.status == "translated"


async def test_an_article_without_text_does_not_wait() -> None:
    assert not (await put_off(LOW.model_copy(update={"blocks": ()}))).translation.body_waits


async def test_waiting_for_a_turn_is_not_work() -> None:
    waited: list[str] = []

    class Watch:
        def waiting(self):  # type: ignore[no-untyped-def]
            waited.append("asked")
            return _Nothing()

    own = deps(FakeEngine())
    await process(Item(article(LEAD), "id", deadline=Watch()), own)
    assert waited == ["asked"]
    assert not own.turns.locked()


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
