import pytest

from services.translator.article import translate_article
from services.translator.engine import Engine
from services.translator.errors import AuthFailed, EngineError
from services.translator.routes import engines_for, parsed
from tests.services.translator.fakes import FakeEngine, article, rot13

TEXT = "O governo apresentou ontem uma nova lei sobre a água."


def named(name: str, engine: FakeEngine | None = None) -> FakeEngine:
    engine = engine or FakeEngine()
    engine.name = name
    return engine


def test_a_language_has_its_own_route_and_the_others_the_common_one() -> None:
    engines: list[Engine] = [named(name, FakeEngine(languages=("pt", "fr"))) for name in ("a", "b", "c")]
    routes = parsed("pt=c, a; *=b")
    assert [engine.name for engine in engines_for("pt", engines, routes)] == ["c", "a"]
    assert [engine.name for engine in engines_for("fr", engines, routes)] == ["b"]
    assert [engine.name for engine in engines_for("fr", engines, {})] == ["a", "b", "c"]
    assert engines_for("de", engines, routes) == []


@pytest.mark.parametrize("text", ["pt", "pt=", "=a", "pt=a;pt=b", "pt=a,,b"])
def test_what_is_no_route_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a route"):
        parsed(text)


async def test_the_next_engine_is_asked_where_the_first_fails_as_a_whole() -> None:
    broken = named("broken", FakeEngine(lambda _: AuthFailed("no")))
    result = await translate_article(article(TEXT), [broken, named("good")], source="pt")
    assert result.translation.engine == "good 1"
    assert result.translation.blocks[0].text == rot13(TEXT)


async def test_the_next_engine_is_asked_only_for_what_the_first_left() -> None:
    partial = named("partial", FakeEngine(lambda text: rot13(text) if text.startswith("Governo") else ""))
    good = named("good")
    result = await translate_article(article(TEXT), [partial, good], source="pt")
    assert good.asked == [TEXT]
    assert result.translation.status == "translated"


async def test_when_all_fail_the_last_error_is_raised() -> None:
    engines = [named(name, FakeEngine(lambda _: AuthFailed("no"))) for name in "ab"]
    with pytest.raises(EngineError):
        await translate_article(article(TEXT), engines, source="pt")
