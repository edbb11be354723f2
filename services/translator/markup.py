"""The spans of an article's blocks, carried over to the English sentences (`projection.py` says how)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.translator import drafts, projection, quotes, tagging
from services.translator.drafts import Draft
from services.translator.interpreter import Interpreter
from services.translator.segments import Range
from services.translator.tagging import Place, Tagged
from shared.events import Span

# Each costs a translation of the whole sentence; real sentences have one or two.
MOST_MARKED_PER_SENTENCE = 6


@dataclass
class Part:
    """What of the span lies in the sentence, at `place` of its source; `found` is its place in the English sentence."""

    span: Span
    source: str
    output: str
    place: Range
    sentence: int
    found: Range | None = None

    @property
    def words(self) -> str:
        return self.source[self.place[0] : self.place[1]]

    def take(self, found: Range | None) -> None:
        if found and projection.fits(self.source, self.place, found, self.output):
            self.found = found


@dataclass
class Carrier:
    """One block's English sentences and the parts of its spans, in the order of the spans."""

    draft: Draft
    english: Sequence[str]
    parts: list[list[Part]] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = [self._parts(span) for span in self.draft.block.spans] if self.english else []

    def spans(self, starts: Sequence[int]) -> tuple[Span, ...]:
        """The spans over the block's English text. A link is always among them; other markup may be missing."""
        self._settle_links()
        carried = []
        for parts in self.parts:
            found = [
                (starts[part.sentence] + part.found[0], starts[part.sentence] + part.found[1])
                for part in parts
                if part.found and part.found[0] < part.found[1]
            ]
            if found:
                start, end = min(start for start, _ in found), max(end for _, end in found)
                carried.append(parts[0].span.model_copy(update={"start": start, "end": end}))
        return tuple(sorted(carried, key=lambda span: (span.start, -span.end)))

    def _parts(self, span: Span) -> list[Part]:
        return [
            Part(span, self.draft.sentences[number].source, self.english[number], place, number)
            for number, place in _lying(self.draft, span)
        ]

    def _settle_links(self) -> None:
        """Gives each link a place of its own: links that lay apart stay apart as long as there are words."""
        settled: list[Part] = []
        for parts in sorted(self.parts, key=lambda parts: parts[0].span.start):
            if parts[0].span.kind != "link":
                continue
            if all(part.found is None for part in parts):
                parts = [max(parts, key=lambda part: part.place[1] - part.place[0])]
            elif any(part.found is None for part in parts):
                parts = [part for part in parts if part.found]
            for part in parts:
                taken = [
                    other.found
                    for other in settled
                    if other.found and other.sentence == part.sentence and not _overlap(other.place, part.place)
                ]
                if part.found is None or any(_overlap(part.found, other) for other in taken):
                    part.found = projection.nearest(part.source, part.place, part.output, taken) or (0, len(part.output))
                settled.append(part)


def tagged(found: Iterable[Draft]) -> list[Tagged]:
    """The sentences that have markup within, for an engine that takes it."""
    sentences: dict[str, Tagged] = {}
    for draft in found:
        over: dict[int, list[Range]] = {}
        for span in draft.block.spans if draft.sentences else ():
            for number, place in _lying(draft, span):
                over.setdefault(number, []).append(place)
        for number, places in over.items():
            sentence = draft.sentences[number]
            if sentence.asked and (one := tagging.tagged(sentence, places)):
                sentences.setdefault(one.html, one)
    return list(sentences.values())


async def carry_over(carriers: Sequence[Carrier], interpreter: Interpreter, told: Mapping[Place, str] | None = None) -> None:
    """Finds the place of every part: where the engine itself put it (`told`), else with a second and a third translation for
    those that one does not tell."""
    every = [part for carrier in carriers for parts in carrier.parts for part in parts]
    for part in every:
        if told and (inner := projection.snapped(part.source, *part.place)) and (text := told.get((part.source, inner))):
            part.take(projection.from_marked(quotes.tidy(text), part.output))
        part.found = part.found or projection.at_once(part.source, part.place, part.output)

    marked = _marked([carrier for carrier in carriers if carrier.parts])
    answers = await interpreter.raw(text for _, text in marked)
    for part, text in marked:
        if text in answers:
            expected = projection.place_of(part.source, part.place)
            part.take(projection.from_marked(quotes.tidy(answers[text]), part.output, expected))

    alone = [(part, drafts.for_engine(part.words)) for part, _ in marked if part.found is None]
    answers = await interpreter.raw(text for _, text in alone if text)
    for part, text in alone:
        if text in answers:
            expected = projection.place_of(part.source, part.place)
            part.take(projection.like(answers[text], part.output, expected))


def _marked(carriers: Sequence[Carrier]) -> list[tuple[Part, str]]:
    chosen: list[tuple[Part, str]] = []
    for carrier in carriers:
        texts: dict[int, set[str]] = {}
        for part in (part for parts in carrier.parts for part in parts if part.found is None):
            text = projection.marked(part.source, part.place)
            known = texts.setdefault(part.sentence, set())
            if text and (text in known or len(known) < MOST_MARKED_PER_SENTENCE):
                known.add(text)
                chosen.append((part, drafts.for_engine(text)))
    return chosen


def _lying(draft: Draft, span: Span) -> list[tuple[int, Range]]:
    """The sentences that the span lies over, by number, each with its range there; the nearest where it lies over none."""
    sentences = draft.sentences
    over = [n for n, sentence in enumerate(sentences) if _overlap(sentence.place, (span.start, span.end))]
    if not over:  # it lies between two sentences, or has no length
        over = [min(range(len(sentences)), key=lambda n: abs(sentences[n].place[0] - span.start))]
    found = []
    for number in over:
        start, end = sentences[number].place
        found.append((number, (min(max(span.start - start, 0), end - start), max(min(span.end - start, end - start), 0))))
    return found


def _overlap(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]
