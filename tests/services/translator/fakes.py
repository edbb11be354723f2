"""Engines that answer at once and always the same, and articles to give them."""

import codecs
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from services.translator.engine import Capabilities, Result
from shared.events import Article, Block, Language, Span, Times


class FakeEngine:
    """Answers each text with `answer(text)`; knows `languages`; remembers what it was asked."""

    name = "fake"

    def __init__(
        self,
        answer: Callable[[str], Result] = lambda text: rot13(text),
        languages: Sequence[Language] = ("pt",),
        capabilities: Capabilities | None = None,
    ) -> None:
        self.answer, self.languages = answer, languages
        self.capabilities = capabilities or Capabilities()
        self.requests: list[list[str]] = []

    @property
    def asked(self) -> list[str]:
        return [text for request in self.requests for text in request]

    def version(self, source: Language) -> str | None:
        return "1" if source in self.languages else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        assert all(text.strip() for text in texts)
        self.requests.append(list(texts))
        return [self.answer(text) for text in texts]

    async def close(self) -> None: ...


def rot13(text: str) -> str:
    """Another word for each word, in the same order; marks and digits stay. In capitals, like an acronym: no guard takes it
    for another language."""
    return codecs.encode(text, "rot13").upper()


def reversing(text: str) -> str:
    """Another word for each word, in the opposite order; marks are scattered."""
    return " ".join(reversed(rot13(text).split()))


def article(*blocks: Block | str, title: str = "Governo apresenta nova lei", language: Language = "pt") -> Article:
    """A Portuguese article of these blocks; a string is a paragraph."""
    return Article(
        url_id="0" * 32,
        url="https://jornal.example/1",
        source_id="1" * 32,
        article_id="2" * 32,
        canonical_url="https://jornal.example/1",
        language=language,
        title=title,
        word_count=1,
        rights="full",
        blocks=tuple(Block(kind="paragraph", text=block) if isinstance(block, str) else block for block in blocks),
        content_hash="3" * 32,
        times=Times(discovered=datetime(2026, 1, 1, tzinfo=UTC)),
    )


def paragraph(*parts: str | tuple[str, str]) -> Block:
    """A paragraph; a pair is a linked text and its address, or, with the address `*`, an emphasised text."""
    text, spans = "", []
    for part in parts:
        words, address = part if isinstance(part, tuple) else (part, "")
        if address:
            kind = "emphasis" if address == "*" else "link"
            href = address if kind == "link" else None
            spans.append(
                Span.model_validate({"start": len(text), "end": len(text) + len(words), "kind": kind, "href": href})
            )
        text += words
    return Block(kind="paragraph", text=text, spans=tuple(spans))


def marked_texts(block: Block) -> dict[str, str]:
    """The text under each span, by address or, without one, kind."""
    return {span.href or span.kind: block.text[span.start : span.end] for span in block.spans}
