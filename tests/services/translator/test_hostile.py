"""Whatever an article holds, it ends translated or honestly marked, in bounded time."""

import time

import pytest

from services.translator.article import translate_article
from shared.events import Block, Span
from tests.services.translator.fakes import FakeEngine, article, rot13
from tests.services.translator.test_article import LEAD, check_structure

WORDS = "O governo apresentou a nova proposta ao parlamento na terça-feira"


def nested(count: int) -> Block:
    spans = [Span(start=0, end=len(WORDS) - number, kind="emphasis") for number in range(count)]
    return Block(kind="paragraph", text=WORDS, spans=(*spans, Span(start=2, end=20, kind="link", href="https://a.example/")))


def overlapping() -> Block:
    kinds = [("emphasis", 0, 20), ("strong", 10, 30), ("link", 15, 40), ("link", 35, 55), ("code", 5, 50)]
    spans = [Span.model_validate({"start": s, "end": e, "kind": k, "href": f"https://{s}.example/"}) for k, s, e in kinds]
    return Block(kind="paragraph", text=WORDS, spans=tuple(spans))


@pytest.mark.parametrize(
    "block",
    [
        Block(kind="paragraph", text=(WORDS + ". ") * 15_000),
        Block(kind="paragraph", text="x" * 200_000),
        Block(kind="paragraph", text="á" * 200_000, spans=(Span(start=5, end=99_999, kind="link", href="https://a.example/"),)),
        Block(kind="paragraph", text="👍🏽👨‍👩‍👧‍👦" * 2_000),
        Block(kind="paragraph", text="\u200b\u200d\ufeff" * 10_000),
        Block(kind="paragraph", text="a\u200bb\u200b" * 10_000),
        Block(kind="paragraph", text='"' * 50_000),
        Block(kind="paragraph", text="a@" * 50_000),
        Block(kind="paragraph", text="1 234" * 20_000),
        Block(kind="paragraph", text="a-" * 50_000),
        Block(kind="paragraph", text=" \u00a0" * 50_000 + WORDS),
        Block(kind="paragraph", text="**" * 1_000 + WORDS),
        Block(kind="paragraph", text="\u202e" + WORDS + "\u202c שלום"),
        Block(kind="paragraph", text="\x00\x01\x02 " + WORDS),
        Block(kind="paragraph", text=""),
        nested(40),
        overlapping(),
    ],
    ids=["1 MB", "no space", "no space, linked", "emoji", "zero width", "zero width between", "quotes",
         "at signs", "numbers", "hyphens", "spaces", "marks", "bidi",
         "controls", "empty", "nested", "overlapping"],
)  # fmt: skip
async def test_a_hostile_block_ends_honestly(block: Block) -> None:
    original = article(LEAD, block, LEAD)
    started = time.perf_counter()
    done = await translate_article(original, [FakeEngine()], source="pt")
    assert time.perf_counter() - started < 15
    check_structure(original, done.translation.blocks)
    assert done.translation.status in ("translated", "partial")
    assert [done.translation.blocks[number].text for number in (0, 2)] == [rot13(LEAD)] * 2


async def test_forty_nested_spans_cost_a_few_translations() -> None:
    engine = FakeEngine()
    await translate_article(article(nested(40)), [engine], source="pt")
    assert len(engine.asked) < 20


async def test_ten_thousand_blocks_are_ten_thousand_blocks() -> None:
    original = article(*[f"Esta é a frase número {number} de todas." for number in range(10_000)])
    done = await translate_article(original, [FakeEngine()], source="pt")
    check_structure(original, done.translation.blocks)
    assert done.translation.status == "translated"


async def test_an_article_without_any_text_passes() -> None:
    done = await translate_article(article(title=""), [FakeEngine()])
    assert (done.language, done.translation.status, done.translation.blocks) == ("pt", "translated", ())
