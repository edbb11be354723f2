import asyncio
from datetime import timedelta

import pytest

from services.translator.errors import AuthFailed, EngineError, EngineTransient, QuotaExhausted, RateLimited
from services.translator.memory import Memory
from services.translator.stage import TRIES, Deps, process
from shared.errors import Transient
from shared.events import TranslatedArticle
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
