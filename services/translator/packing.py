"""Texts into requests that keep to an engine's limits."""

from collections.abc import Iterator, Sequence

from services.translator.engine import Capabilities


def packed(texts: Sequence[str], limits: Capabilities) -> Iterator[list[str]]:
    """The texts in order, as many to a request as fit; a text that is over a limit by itself goes alone, for the engine
    to refuse."""
    request: list[str] = []
    characters = size = 0
    for text in texts:
        characters, size = characters + len(text), size + len(text.encode(errors="replace"))
        items = len(request) + 1
        if request and (_over(items, limits.items) or _over(characters, limits.characters) or _over(size, limits.bytes)):
            yield request
            request, characters, size = [], len(text), len(text.encode(errors="replace"))
        request.append(text)
    if request:
        yield request


def _over(count: int, limit: int | None) -> bool:
    return limit is not None and count > limit
