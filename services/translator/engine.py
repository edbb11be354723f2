"""What every translation engine offers. The target is always English."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from services.translator.errors import EngineError
from shared.events import Language

Result = str | EngineError


@dataclass(frozen=True)
class Capabilities:
    """The limits of one request (None: no limit), whether the engine takes and keeps inline markup, and what it costs.

    `characters` are code points, `bytes` those of UTF-8, both of the texts alone; `cost` is in US dollars per million
    characters, for the metrics only.
    """

    items: int | None = None
    characters: int | None = None
    markup: bool = False
    bytes: int | None = None
    cost: float = 0.0


class Engine(Protocol):
    """An engine and its limits. Texts are sentences, never empty."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def version(self, source: Language) -> str | None:
        """The version of what translates from `source`, or None where nothing does."""
        ...

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        """One result for each text, in order: the translation, or the error of that text alone.

        Raises EngineError when the request as a whole fails.
        """
        ...

    async def close(self) -> None: ...


@runtime_checkable
class TakesMarkup(Protocol):
    """What an engine offers besides, where its capabilities say `markup`."""

    async def translate_markup(self, texts: Sequence[str], source: Language) -> list[Result]:
        """As `translate`, of texts that are HTML fragments."""
        ...
