"""A sentence with its markup, for engines that take HTML, and what comes back, read with care.

Each span becomes a `<b id="n">`: an address never leaves, so none comes back changed, and nobody bills us for it. An answer
counts only if it has the same tags, each once, well nested and round words; else the sentence is asked for without them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from services.translator import drafts, projection
from services.translator.drafts import Sentence
from services.translator.segments import Range

# Real sentences have one or two; the rest of a sentence that is all links is placed without the engine.
MOST_TAGS = 8
# Characters of private use stand for the tags while the text is made ready: nothing else is done to those.
_FIRST = 0xE000
_OURS = range(_FIRST, _FIRST + 2 * MOST_TAGS)

Place = tuple[str, Range]  # a sentence's source and a range of whole words in it


@dataclass(frozen=True)
class Tagged:
    """A sentence as HTML. `asked` is its text as it is asked for without markup; `places` are those of the tags, by id."""

    html: str
    asked: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Answer:
    """The text of an answer and the ranges of its tags, by id."""

    text: str
    ranges: tuple[Range, ...]

    def marked(self, number: int) -> str:
        """The text with marks round one tag's words, as `projection.from_marked` reads it."""
        start, end = self.ranges[number]
        return f"{self.text[:start]}{projection.MARK}{self.text[start:end]}{projection.MARK}{self.text[end:]}"


def tagged(sentence: Sentence, places: Iterable[Range]) -> Tagged | None:
    """`sentence` with tags round the words of those `places` that need and allow them: not round the whole, nor across one
    another. None where there is none."""
    source = sentence.source
    chosen = _nested(source, places)
    if not chosen or any(ord(character) in _OURS for character in source):
        return None
    edges = [(end, 0, -start, chr(_FIRST + 2 * number + 1)) for number, (start, end) in enumerate(chosen)]
    edges += [(start, 1, -end, chr(_FIRST + 2 * number)) for number, (start, end) in enumerate(chosen)]
    text, at = "", 0
    for place, _, _, mark in sorted(edges):
        text, at = text + source[at:place] + mark, place
    ready = drafts.for_engine(text + source[at:])
    if ready.translate(dict.fromkeys(_OURS)) != sentence.asked:
        return None
    opening = {_FIRST + 2 * number: f'<b id="{number}">' for number in range(len(chosen))}
    closing = {_FIRST + 2 * number + 1: "</b>" for number in range(len(chosen))}
    html = escape(ready, quote=False).translate(opening | closing)
    return Tagged(html, sentence.asked, tuple((source, place) for place in chosen))


def read(answer: str, count: int) -> Answer | None:
    """What the engine made of a sentence with `count` tags; None unless each came back once, nested well, round words."""
    reader = _Reader()
    reader.feed(answer)
    reader.close()
    if not reader.sound or reader.open or reader.found.keys() != set(range(count)):
        return None
    ranges = tuple(reader.found[number] for number in range(count))
    if not all(projection.words(reader.text[start:end]) for start, end in ranges):
        return None
    return Answer(reader.text, ranges)


def _nested(source: str, places: Iterable[Range]) -> list[Range]:
    whole = projection.snapped(source, 0, len(source))
    words = {inner for place in places if (inner := projection.snapped(source, *place)) and inner != whole}
    chosen: list[Range] = []
    for start, end in sorted(words, key=lambda place: (place[0], -place[1])):
        if len(chosen) < MOST_TAGS and not any(other[0] < start < other[1] < end for other in chosen):
            chosen.append((start, end))
    return chosen


class _Reader(HTMLParser):
    """`sound`: nothing but text and our own tags so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[tuple[int, int]] = []
        self.found: dict[int, Range] = {}
        self.sound = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        number = dict(attrs).get("id") or ""
        self.sound &= tag == "b" and number.isascii() and number.isdecimal() and len(number) < 3
        if self.sound:
            self.sound &= int(number) not in {*self.found, *(other for other, _ in self.open)}
            self.open.append((int(number), len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        self.sound &= tag == "b" and bool(self.open)
        if self.sound:
            number, start = self.open.pop()
            self.found[number] = (start, len(self.text))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sound = False

    def handle_comment(self, data: str) -> None:
        self.sound = False

    def handle_decl(self, decl: str) -> None:
        self.sound = False

    def handle_pi(self, data: str) -> None:
        self.sound = False

    def unknown_decl(self, data: str) -> None:
        self.sound = False
