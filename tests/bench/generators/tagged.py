"""News sentences with one tagged stretch whose place in the translation is known without looking for it.

`quotation`: the words inside the only pair of quotation marks; the truth is what the only pair of the translation holds.
`name`: a capitalised word, not the first, that is there once and once in the translation; the truth is that word.
`unmarked`: the sentence of a quotation without its marks, where both translations are the same but for the marks; the
truth is what the pair holds. Nothing but the words themselves can show the way.

Half of the lines, drawn by seed, are for development, the others held out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from services.translator import quotes
from shared.events import Block, Span

SEED = 20261123
_NAME = re.compile(r"(?<=[a-zà-ü,] )[A-ZÀ-Ü][a-zà-ü]{2,}\b(?!['’-])")  # not half of Jong-un
_EDGES = " .,;:!?…"


@dataclass(frozen=True)
class Tagged:
    """A block with one span, and what the span holds in the translation."""

    kind: str
    block: Block
    truth: str


def lines_of(count: int, held_out: bool) -> set[int]:
    """The numbers of the lines of this half."""
    lines = list(range(count))
    Random(SEED).shuffle(lines)
    return set(lines[count // 2 :] if held_out else lines[: count // 2])


def between_marks(text: str) -> str | None:
    """What the only pair of quotation marks holds, without marks of its edges; None where there is none, or more."""
    pairs = quotes.pairs(quotes.plain(text))
    inner = text[slice(*pairs[0])].strip(_EDGES) if len(pairs) == 1 else ""
    return inner or None


def without_marks(text: str) -> str:
    return quotes.plain(text).replace('"', "")


def quotations(sources: Sequence[str], outputs: Sequence[str]) -> list[Tagged]:
    """Of sentences and what they become in English."""
    return [
        Tagged("quotation", _tagged(source, *_inner(source), "quotation"), truth)
        for source, output in zip(sources, outputs, strict=True)
        if between_marks(source) and (truth := between_marks(output))
    ]


def names(sources: Sequence[str], outputs: Sequence[str]) -> list[Tagged]:
    found = []
    for source, output in zip(sources, outputs, strict=True):
        kept = [
            match
            for match in _NAME.finditer(source)
            if len(re.findall(rf"\b{match[0]}\b", source)) == len(re.findall(rf"\b{match[0]}\b", output)) == 1
        ]
        if kept:
            name = Random(f"{SEED}{source}").choice(kept)
            found.append(Tagged("name", _tagged(source, *name.span(), "link"), name[0]))
    return found


def unmarked(sources: Sequence[str], outputs: Sequence[str], bare: Sequence[str]) -> list[Tagged]:
    """`bare`: the translations of the sentences without marks."""
    found = []
    for source, output, plain in zip(sources, outputs, bare, strict=True):
        inner, truth = between_marks(source), between_marks(output)
        if inner and truth and without_marks(output).split() == plain.split() and plain.count(truth) == 1:
            text = without_marks(source)
            start = _inner(source)[0] - 1
            found.append(Tagged("unmarked", _tagged(text, start, start + len(inner), "link"), truth))
    return found


def _inner(source: str) -> tuple[int, int]:
    start, end = quotes.pairs(quotes.plain(source))[0]
    inner = source[start:end]
    return start + len(inner) - len(inner.lstrip(_EDGES)), end - len(inner) + len(inner.rstrip(_EDGES))


def _tagged(text: str, start: int, end: int, kind: str) -> Block:
    href = "https://press.example/a" if kind == "link" else None
    return Block(
        kind="paragraph", text=text, spans=(Span.model_validate({"start": start, "end": end, "kind": kind, "href": href}),)
    )
