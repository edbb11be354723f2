"""Sends the sentences of one article to its engine: memory first, packed to the engine's limits, judged by the guards."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.translator import guards, quotes, segments
from services.translator.engine import Engine
from services.translator.errors import BadOutput, EngineError, EngineTransient, TooLarge
from services.translator.memory import Memory
from services.translator.packing import packed
from shared.events import Language
from shared.telemetry import metrics

# An engine that fails so often in a row is not asked again for this article.
FAILURES_IN_A_ROW = 3

_ABBREVIATED = re.compile(r"(?:\.|\b(?:[A-Z]|Inc|Corp|Ltd|Co|Jr|Sr|No|St|vs|etc|Sen|Gov|Gen))\.$|\.\w+\.$")
_NEEDLESS_SPACE = re.compile(r" (?=[.,;:!?)\]])|(?<=[(\[]) ")


@dataclass
class Interpreter:
    """`seconds`: how long this article may take; sentences not asked for by then stay without a translation."""

    engine: Engine
    source: Language
    memory: Memory
    seconds: float
    answered: int = 0
    last_error: EngineError | None = None
    _row: int = 0
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = asyncio.get_running_loop().time() + self.seconds

    async def sentences(self, texts: Iterable[str]) -> dict[str, str]:
        """The good translations by text. A refused output is asked for again in two pieces; if that is refused too, the
        text is missing. Raises EngineError when the engine fails as a whole."""
        wanted = list(dict.fromkeys(texts))
        good, refused = self._judged({text: [text] for text in wanted}, await self.raw(wanted))
        if refused:
            parts = {text: cut for text in refused if len(cut := segments.pieces(text)) > 1}
            every = {part for cut in parts.values() for part in cut}
            copied = {part: part for part in every if not segments.has_language(part)}
            again, _ = self._judged(parts, await self.raw(sorted(every - copied.keys())) | copied)
            good |= again
        return good

    async def raw(self, texts: Iterable[str]) -> dict[str, str]:
        """What the engine answers, by text, unjudged; texts that it fails on are missing."""
        version = self.engine.version(self.source) or ""
        known: dict[str, str] = {}
        unknown: list[str] = []
        for text in dict.fromkeys(texts):
            remembered = self.memory.recall((self.engine.name, version, self.source, text))
            if remembered is None:
                unknown.append(text)
            else:
                known[text] = remembered
        for request in packed(unknown, self.engine.capabilities):
            for text, answer in zip(request, await self._ask(request), strict=True):
                if isinstance(answer, str):
                    known[text] = answer
                    self.memory.keep((self.engine.name, version, self.source, text), answer)
        return known

    def _judged(self, parts: dict[str, list[str]], answers: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        good: dict[str, str] = {}
        refused: list[str] = []
        for text, cut in parts.items():
            if not all(part in answers for part in cut):
                self._count("no_answer")
                refused.append(text)
                continue
            output = _together([_finished(part, answers[part]) for part in cut])
            if why := guards.fault(text, output):
                self._count(why)
                refused.append(text)
            else:
                good[text] = output
        return good, refused

    async def _ask(self, request: Sequence[str]) -> Sequence[str | EngineError]:
        """One result for each text; a request that is too large or answered badly is asked again by halves."""
        if self._row >= FAILURES_IN_A_ROW or asyncio.get_running_loop().time() > self._ends:
            return [self.last_error or EngineTransient("out of time")] * len(request)
        try:
            results = await self.engine.translate(request, self.source)
            if len(results) != len(request):
                raise BadOutput(f"{len(results)} answers to {len(request)} texts")
        except (TooLarge, BadOutput) as error:
            if len(request) > 1:
                middle = len(request) // 2
                return [*await self._ask(request[:middle]), *await self._ask(request[middle:])]
            results = [error]
        for result in results:
            if isinstance(result, str):
                self.answered += 1
                self._row = 0
            else:
                self._row += 1
                self.last_error = result
        return results

    def _count(self, guard: str) -> None:
        metrics.GUARD_FAILURES.labels(self.engine.name, guard).inc()


def _finished(source: str, output: str) -> str:
    """`output` with tidy marks; with the pair round the whole that engines drop, without the full stop that they give to
    headings."""
    text = quotes.tidy(output).strip()
    if quotes.pairs(source) == [(1, len(source) - 1)] and '"' not in text:
        return f'"{text}"'
    if source[-1:].isalnum() and text.endswith(".") and not _ABBREVIATED.search(text):
        return text[:-1]
    return text


def _together(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else _NEEDLESS_SPACE.sub("", " ".join(parts))
