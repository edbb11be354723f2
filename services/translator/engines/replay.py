"""Answers from recorded pairs, for tests and trials: what it was not told it does not know."""

import json
from collections.abc import Sequence
from pathlib import Path

from services.translator.engine import Capabilities, Result
from services.translator.errors import BadOutput, BadPair
from shared.events import Language


class ReplayEngine:
    """`file`: JSON lines with `lang`, `source` and `target`. Raises ValueError when a line is of another form."""

    name = "replay"
    capabilities = Capabilities()

    def __init__(self, file: Path) -> None:
        self._pairs: dict[Language, dict[str, str]] = {}
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            try:
                pair = json.loads(line)
                language, source, target = (pair[name] for name in ("lang", "source", "target"))
            except (LookupError, TypeError, ValueError, RecursionError) as error:
                raise ValueError(f"{file}:{number}: not a pair") from error
            if not (isinstance(language, str) and isinstance(source, str) and isinstance(target, str)):
                raise ValueError(f"{file}:{number}: not a pair of texts")
            self._pairs.setdefault(language, {})[source] = target

    def version(self, source: Language) -> str | None:
        return "recorded" if source in self._pairs else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        if source not in self._pairs:
            raise BadPair(source)
        return [self._pairs[source].get(text) or BadOutput("not recorded") for text in texts]

    async def close(self) -> None: ...
