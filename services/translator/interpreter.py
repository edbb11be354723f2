"""Sends the sentences of one article to its engine: memory first, packed to the engine's limits, judged by the guards."""

import asyncio
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.translator import capitals, guards, quotes, segments, tagging
from services.translator.engine import Engine, TakesMarkup
from services.translator.errors import BadOutput, EngineError, EngineTransient, TooLarge
from services.translator.memory import Memory
from services.translator.packing import packed
from services.translator.tagging import Place, Tagged
from shared.events import Language
from shared.telemetry import metrics

# An engine that fails so often in a row is not asked again for this article.
FAILURES_IN_A_ROW = 3
# In two and in four: a clause of a few words that is still refused will not get better.
TIMES_CUT = 2

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
        """The good translations by text. A refused output is asked for again in two pieces, then in four; a text that is
        refused there too is missing."""
        wanted = list(dict.fromkeys(texts))
        answers = await self.raw(wanted)
        good, refused = self._judged({text: [text] for text in wanted}, answers)
        await self._recase(good)
        cut = {text: [text] for text in refused}
        for _ in range(TIMES_CUT):
            cut = {text: smaller for text in refused if len(smaller := self._smaller(cut[text], answers)) > len(cut[text])}
            if not cut:
                break
            unknown = {part for parts in cut.values() for part in parts} - answers.keys()
            answers |= {part: part for part in unknown if not segments.has_language(part)}
            answers |= await self.raw(sorted(unknown - answers.keys()))
            again, refused = self._judged(cut, answers)
            good |= again
        return good

    def _smaller(self, parts: Sequence[str], answers: Mapping[str, str]) -> list[str]:
        """The parts with those cut in two whose own translation is refused; all of them where only the whole was."""
        bad = {
            part for part in parts if part not in answers or guards.fault(part, _finished(part, answers[part]), self.source)
        }
        return [smaller for part in parts for smaller in (segments.pieces(part) if part in bad or not bad else [part])]

    async def tagged(self, wanted: Sequence[Tagged]) -> tuple[dict[str, str], dict[Place, str]]:
        """The good translations by text, as `sentences`, and by place the answer with marks where it lies; of sentences with
        markup, from an engine that takes it. What came back unsound is missing."""
        if not wanted or not self.engine.capabilities.markup or not isinstance(self.engine, TakesMarkup):
            return {}, {}
        answers = await self.raw((sentence.html for sentence in wanted), markup=True)
        self._row = 0  # an engine that stumbles over tags may do well without
        good: dict[str, str] = {}
        marked: dict[Place, str] = {}
        for sentence in wanted:
            if sentence.html not in answers:
                continue
            answer = tagging.read(answers[sentence.html], len(sentence.places))
            output = _finished(sentence.asked, answer.text) if answer else ""
            if why := guards.fault(sentence.asked, output, self.source) if answer else "markup":
                self._count(why)
            elif answer:
                good.setdefault(sentence.asked, output)
                marked |= {place: answer.marked(number) for number, place in enumerate(sentence.places)}
        await self._recase(good)
        return good, marked

    async def _recase(self, good: dict[str, str]) -> None:
        """Headlines that the Engine Has Given Capitals, asked for again as sentences, which have none."""
        titled = {
            text: text + "." for text, output in good.items() if text[-1:].isalnum() and capitals.are_added(text, output)
        }
        answers = await self.raw(titled.values())
        for text, sentence in titled.items():
            output = _finished(text, answers.get(sentence, ""))
            if not capitals.are_added(text, output) and not guards.fault(text, output, self.source):
                good[text] = output

    async def raw(self, texts: Iterable[str], *, markup: bool = False) -> dict[str, str]:
        """What the engine answers, by text, unjudged; texts that it fails on are missing. With `markup` they are HTML."""
        version = (self.engine.version(self.source) or "") + (" html" if markup else "")
        known: dict[str, str] = {}
        unknown: list[str] = []
        for text in dict.fromkeys(texts):
            remembered = self.memory.recall((self.engine.name, version, self.source, text))
            if remembered is None:
                unknown.append(text)
            else:
                known[text] = remembered
        for request in packed(unknown, self.engine.capabilities):
            for text, answer in zip(request, await self._ask(request, markup), strict=True):
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
            # The loss of a short piece would not be seen in the whole.
            lost = any(segments.has_language(part) and guards.is_empty(answers[part]) for part in cut)
            if why := "empty" if lost else guards.fault(text, output, self.source):
                self._count(why)
                refused.append(text)
            else:
                good[text] = output
        return good, refused

    async def _ask(self, request: Sequence[str], markup: bool) -> Sequence[str | EngineError]:
        """One result for each text; a request that is too large or answered badly is asked again by halves."""
        if self._row >= FAILURES_IN_A_ROW or asyncio.get_running_loop().time() > self._ends:
            return [self.last_error or EngineTransient("out of time")] * len(request)
        try:
            results = await self._answers(request, markup)
            if len(results) != len(request):
                raise BadOutput(f"{len(results)} answers to {len(request)} texts")
        except (TooLarge, BadOutput) as error:
            if len(request) > 1:
                middle = len(request) // 2
                return [*await self._ask(request[:middle], markup), *await self._ask(request[middle:], markup)]
            results = [error]
        for result in results:
            if isinstance(result, str):
                self.answered += 1
                self._row = 0
            else:
                self._row += 1
                self.last_error = result
        return results

    async def _answers(self, request: Sequence[str], markup: bool) -> list[str | EngineError]:
        """What the engine answers in what is left of the article's time. Whatever else goes wrong in it is an EngineError,
        so that the article ends in the original at worst."""
        try:
            async with asyncio.timeout_at(self._ends):
                if markup and isinstance(self.engine, TakesMarkup):
                    results = await self.engine.translate_markup(request, self.source)
                else:
                    results = await self.engine.translate(request, self.source)
        except TimeoutError:
            return [EngineTransient("no answer in the article's time")] * len(request)
        except EngineError:
            raise
        except Exception as error:
            raise EngineTransient(f"{type(error).__name__}: {error}") from error
        return [_checked(text, result) for text, result in itertools.zip_longest(request, results)][: len(results)]

    def _count(self, guard: str) -> None:
        metrics.GUARD_FAILURES.labels(self.engine.name, guard).inc()


def _checked(text: str | None, result: object) -> str | EngineError:
    """`result` if it is a text that one can look at, or an error."""
    if isinstance(result, EngineError):
        return result
    if not isinstance(result, str):
        return BadOutput(f"a {type(result).__name__} for a text")
    return BadOutput("endless") if guards.is_endless(text or "", result) else result


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
