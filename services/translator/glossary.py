"""Words with one English only: names that stay as they are, an institution's own name, a term of the house.

The engine translates the sentence as it will; then the words it made of the term are found as spans are (`projection.py`)
and the given English is put in their place. No engine has to take glossaries, and no placeholder harms the sentence.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.translator import drafts, projection, quotes
from services.translator.interpreter import Interpreter
from services.translator.segments import Range
from shared.events import Language


class Term(BaseModel):
    """`english` absent: the term stays as it is. Without `language` or `source_id` it holds for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: Annotated[str, Field(min_length=2)]
    english: str | None = None
    language: Language | None = None
    source_id: str | None = None

    @property
    def wanted(self) -> str:
        return self.english or self.term


class Glossary:
    """Terms, looked up by whole words and their capitals; of two in one place the longer, a source's own first."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._terms = sorted(terms, key=lambda term: (term.source_id is None, -len(term.term)))

    def of(self, language: Language, source_id: str) -> list[Term]:
        """The terms for an article of that language and source."""
        return [term for term in self._terms if term.language in (None, language) and term.source_id in (None, source_id)]


@dataclass(frozen=True)
class _Place:
    """A term in a sentence and in its translation."""

    term: Term
    text: str
    span: Range


def read(path: Path) -> Glossary:
    """The glossary of a TOML file with tables `[[term]]`. Raises ValueError, saying what is wrong."""
    return Glossary(TypeAdapter(list[Term]).validate_python(tomllib.loads(path.read_text(encoding="utf-8")).get("term", [])))


async def enforced(good: dict[str, str], terms: Sequence[Term], interpreter: Interpreter) -> dict[str, str]:
    """The translations of `good` that change when the terms are heeded; where a term's words are not found, none does."""
    places = [place for text, output in good.items() for place in _places(text, terms) if place.term.wanted not in output]
    marked = {id(place): text for place in places if (text := projection.marked(place.text, place.span))}
    alone = {id(place): drafts.for_engine(place.term.term) for place in places}
    answers = await interpreter.raw([*alone.values(), *marked.values()]) if places else {}
    changed: dict[str, str] = {}
    for place in places:
        output, expected = changed.get(place.text, good[place.text]), projection.place_of(place.text, place.span)
        found = (
            projection.at_once(place.text, place.span, output)
            or projection.from_marked(quotes.tidy(answers.get(marked.get(id(place), ""), "")), output, expected)
            or projection.like(answers.get(alone[id(place)], ""), output, expected)
        )
        if found and projection.fits(place.text, place.span, found, output):
            changed[place.text] = output[: found[0]] + place.term.wanted + output[found[1] :]
    return changed


def _places(text: str, terms: Sequence[Term]) -> list[_Place]:
    taken: list[_Place] = []
    for term in terms:
        for match in re.finditer(rf"(?<!\w){re.escape(term.term)}(?!\w)", text):
            if not any(match.start() < place.span[1] and place.span[0] < match.end() for place in taken):
                taken.append(_Place(term, text, match.span()))
    return taken
