from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.translator import kept
from services.translator.budget import Budget
from services.translator.engine import Result
from services.translator.errors import AuthFailed, BadOutput, EngineError, EngineTransient, QuotaExhausted, RateLimited
from services.translator.kept import FAILURES_TO_OPEN, Kept
from tests.services.translator.fakes import FakeEngine


class Failing(FakeEngine):
    def __init__(self, error: Callable[[], EngineError]) -> None:
        super().__init__()
        self.error = error

    async def translate(self, texts, source) -> list[Result]:  # type: ignore[no-untyped-def]
        self.requests.append(list(texts))
        raise self.error()


async def calls(engine: Failing, times: int) -> int:
    keeper = Kept(engine)
    for _ in range(times):
        with pytest.raises(EngineError):
            await keeper.translate(["um"], "pt")
    return len(engine.requests)


async def test_an_engine_that_keeps_failing_is_left_alone() -> None:
    assert await calls(Failing(lambda: EngineTransient("down")), 10) == FAILURES_TO_OPEN


@pytest.mark.parametrize("error", [AuthFailed("no"), QuotaExhausted("no"), RateLimited("slow", 60)])
async def test_an_engine_that_refuses_us_is_left_alone_at_once(error: EngineError) -> None:
    assert await calls(Failing(lambda: error), 3) == 1


async def test_an_engine_that_works_again_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "REFUSED_SECONDS", 0.0)
    engine = FakeEngine()
    failing = Failing(lambda: AuthFailed("no"))
    keeper = Kept(failing)
    with pytest.raises(AuthFailed):
        await keeper.translate(["um"], "pt")
    keeper._engine = engine
    assert await keeper.translate(["um"], "pt") == ["HZ"]


def test_the_budget_of_the_day_outlives_a_restart(tmp_path: Path) -> None:
    assert Budget(tmp_path / "spent", "deepl", 100).spend(60)
    again = Budget(tmp_path / "spent", "deepl", 100)
    assert not again.spend(41)
    assert again.spend(40)
    assert Budget(tmp_path / "spent", "azure", 100).spend(100)


async def test_beyond_its_budget_an_engine_is_not_asked(tmp_path: Path) -> None:
    engine = FakeEngine()
    keeper = Kept(engine, Budget(tmp_path / "spent", "fake", 5))
    await keeper.translate(["três"], "pt")
    with pytest.raises(QuotaExhausted):
        await keeper.translate(["dois"], "pt")
    assert engine.asked == ["três"]


async def test_what_the_service_refused_does_not_count(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "spent", "fake", 5)
    with pytest.raises(AuthFailed):
        await Kept(Failing(lambda: AuthFailed("no")), budget).translate(["cinco"], "pt")
    assert budget.spend(5)


async def test_markup_is_asked_for_within_the_same_means(tmp_path: Path) -> None:
    class Markup(FakeEngine):
        async def translate_markup(self, texts: Sequence[str], source: str) -> list[Result]:
            return [f"<b>{text}</b>" for text in texts]

    keeper = Kept(Markup(), Budget(tmp_path / "spent", "fake", 12))
    assert await keeper.translate_markup(["um <dois>"], "pt") == ["<b>um <dois></b>"]
    with pytest.raises(QuotaExhausted):
        await keeper.translate_markup(["tres"], "pt")


async def test_an_engine_that_takes_no_markup_says_so() -> None:
    with pytest.raises(BadOutput):
        await Kept(FakeEngine()).translate_markup(["um"], "pt")


async def test_how_much_of_a_budget_is_used_up_is_told(tmp_path: Path) -> None:
    keeper = Kept(FakeEngine(), Budget(tmp_path / "spent", "fake", 10))
    await keeper.translate(["abcd", "efgh"], "pt")
    assert REGISTRY.get_sample_value("babelwire_engine_budget_used_ratio", {"engine": "fake"}) == 0.8
