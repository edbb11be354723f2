"""Which engines are asked for a language, in order: `pt=firefox,deepl;*=libretranslate`."""

from collections.abc import Iterable, Mapping, Sequence

from services.translator.engine import Engine
from shared.events import Language

REST = "*"
NAMES = frozenset(
    ["firefox", "ctranslate2", "libretranslate", "openai", "azure", "amazon", "deepl", "google", "apertium", "replay"]
)


def parsed(text: str) -> dict[str, list[str]]:
    """Names of engines by language, `*` for all others. Raises ValueError when `text` is of another form."""
    routes: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        language, equals, names = part.partition("=")
        wanted = [name.strip() for name in names.split(",")]
        if not (equals and language.strip() and all(wanted)) or language.strip() in routes:
            raise ValueError(f"not a route: {part}")
        routes[language.strip()] = wanted
    return routes


def budgets(text: str) -> dict[str, int]:
    """Characters a day by engine, as `deepl=500000;azure=2000000`. Raises ValueError when `text` is of another form."""
    found: dict[str, int] = {}
    for name, numbers in parsed(text).items():
        if len(numbers) != 1 or not (numbers[0].isascii() and numbers[0].isdecimal()):
            raise ValueError(f"not a number of characters: {name}={','.join(numbers)}")
        found[name] = int(numbers[0])
    return found


def strangers(names: Iterable[str]) -> list[str]:
    """Those of `names` that no engine has."""
    return sorted(set(names) - NAMES)


def engines_for(source: Language, engines: Sequence[Engine], routes: Mapping[str, Sequence[str]]) -> list[Engine]:
    """Those of `engines` that translate from `source`, in the order of its route; without routes in their own order."""
    able = [engine for engine in engines if engine.version(source)]
    if not routes:
        return able
    by_name = {engine.name: engine for engine in able}
    return [by_name[name] for name in routes.get(source, routes.get(REST, ())) if name in by_name]
