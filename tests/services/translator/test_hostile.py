"""Whatever an article holds, it ends translated or honestly marked, in bounded time."""

import asyncio
import time
from collections.abc import Callable, Sequence

import pytest

from services.translator.article import translate_article
from services.translator.engine import Capabilities, Engine, Result
from services.translator.memory import Memory
from services.translator.stage import TRIES, Deps, process
from shared.events import Article, Block, Language, Span, TranslatedArticle
from shared.item import Item
from tests.services.translator.fakes import FakeEngine, article, paragraph, rot13
from tests.services.translator.test_article import LEAD, check_structure
from tests.services.translator.test_tagging import Markup

WORDS = "O governo apresentou a nova proposta ao parlamento na terça-feira"


async def staged(original: Article, engine: Engine, seconds: float = 60) -> TranslatedArticle:
    """What the stage makes of `original` when it comes for the last time."""
    deps = Deps(engines=[engine], memory=Memory(1000), turns=asyncio.Semaphore(1), seconds=seconds)
    (event,) = await process(Item(original, "id", TRIES), deps)
    assert isinstance(event, TranslatedArticle)
    TranslatedArticle.model_validate_json(event.model_dump_json())
    return event


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
    done = await staged(original, FakeEngine())
    assert time.perf_counter() - started < 15
    check_structure(original, done.translation.blocks)
    assert done.translation.status in ("translated", "partial")
    assert [done.translation.blocks[number].text for number in (0, 2)] == [rot13(LEAD)] * 2


def linked(text: str) -> Block:
    return Block(kind="paragraph", text=text, spans=(Span(start=3, end=12, kind="link", href="https://a.example/?<&>"),))


@pytest.mark.parametrize(
    "block",
    [
        nested(40),
        overlapping(),
        linked(f'<b id="0">{WORDS}</b> &amp; <script>alert(1)</script>'),
        linked("\u202b" + WORDS + "\u202c שלום"),
        linked("\ue000\ue001 " + WORDS),
        linked("a<" * 20_000 + WORDS),
        linked("&" * 20_000 + " " + WORDS),
    ],
    ids=["nested", "overlapping", "markup", "bidi", "private use", "angles", "ampersands"],
)
async def test_a_hostile_block_ends_honestly_with_an_engine_that_takes_markup(block: Block) -> None:
    original = article(LEAD, block, LEAD)
    done = await staged(original, Markup())
    check_structure(original, done.translation.blocks)
    assert done.translation.status in ("translated", "partial")
    assert [done.translation.blocks[number].text for number in (0, 2)] == [rot13(LEAD)] * 2


async def test_forty_nested_spans_cost_a_few_translations() -> None:
    engine = FakeEngine()
    await translate_article(article(nested(40)), [engine], source="pt")
    assert len(engine.asked) < 20


async def test_ten_thousand_blocks_are_ten_thousand_blocks() -> None:
    original = article(*[f"O governo apresentou ao parlamento a proposta número {number}." for number in range(10_000)])
    done = await staged(original, FakeEngine())
    check_structure(original, done.translation.blocks)
    assert done.translation.status == "translated"


async def test_an_article_without_any_text_passes() -> None:
    done = await translate_article(article(title=""), [FakeEngine()])
    assert (done.language, done.translation.status, done.translation.blocks) == ("pt", "translated", ())


@pytest.mark.parametrize(
    "texts",
    [
        ["Le gouvernement a présenté mardi une nouvelle proposition de loi sur le logement, qui sera votée en mars."],
        ["xq zzkv qwrt jjk"] * 5,
        ["👍🎉👍"] * 5,
        ["\u200b\u200d"] * 5,
    ],
    ids=["a language no engine knows", "no language", "emoji only", "zero width only"],
)
async def test_what_no_engine_can_read_stands_as_it_was(texts: list[str]) -> None:
    original = article(*texts, title=texts[0], language="xx")
    done = await staged(original, FakeEngine(languages=["pt"]))
    assert done.translation.status in ("pending", "translated")
    assert done.translation.blocks == original.blocks


HEBREW = "הממשלה הציגה ביום שלישי את WhatsApp Business 2.0 ואת iPhone 15 בכנסת."


async def test_english_within_hebrew_keeps_its_order_and_its_link() -> None:
    start = HEBREW.index("WhatsApp")
    span = Span(start=start, end=start + len("WhatsApp Business 2.0"), kind="link", href="https://a.example/")
    block = Block(
        kind="paragraph",
        text="\u202b" + HEBREW + "\u202c",
        spans=(span.model_copy(update={"start": start + 1, "end": span.end + 1}),),
    )
    engine = FakeEngine(lambda _: "The government presented WhatsApp Business 2.0 and the iPhone 15 in the Knesset.", ["he"])
    done = await staged(article(block, title=HEBREW, language="he"), engine)
    (link,) = done.translation.blocks[0].spans
    assert done.translation.blocks[0].text[link.start : link.end] == "WhatsApp Business 2.0"
    assert not any("\u202a" <= character <= "\u202e" for text in engine.asked for character in text)


class Hanging(FakeEngine):
    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        self.requests.append(list(texts))
        await asyncio.Event().wait()
        raise AssertionError


class Broken(FakeEngine):
    """Answers whole requests with whatever it is told to."""

    def __init__(self, results: Callable[[Sequence[str]], object]) -> None:
        super().__init__()
        self.results = results

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        return self.results(texts)  # type: ignore[return-value]


def crash(_: Sequence[str]) -> object:
    raise ValueError("out of cheese")


@pytest.mark.parametrize(
    "engine",
    [
        Broken(crash),
        Broken(lambda texts: [None] * len(texts)),
        Broken(lambda texts: []),
        Broken(lambda texts: [rot13(texts[0])] * (len(texts) + 1)),
        FakeEngine(lambda text: "\ud800" + rot13(text)),
        FakeEngine(lambda text: "\x00\ufffd\ufffd\ufffd" * 20),
        FakeEngine(lambda text: "la " * 1_000_000),
        FakeEngine(lambda text: text),
        FakeEngine(lambda text: f"<b>{rot13(text)}</b>"),
        FakeEngine(lambda text: '{"error": "quota"}'),
    ],
    ids=["crash", "none", "no items", "more items", "surrogate", "garbage", "endless", "echo", "tags", "json"],
)  # fmt: skip
async def test_an_engine_that_answers_garbage_leaves_the_original_marked(engine: FakeEngine) -> None:
    original = article(paragraph(LEAD[:20], (LEAD[20:40], "https://a.example/"), LEAD[40:]), LEAD)
    done = await staged(original, engine)
    assert done.translation.status in ("partial", "pending")
    assert [(block.text, block.spans) for block in done.translation.blocks] == [(b.text, b.spans) for b in original.blocks]
    if done.translation.status == "partial":
        assert [block.lang for block in done.translation.blocks] == ["pt", "pt"]


async def test_an_engine_that_answers_fewer_items_is_asked_one_by_one() -> None:
    done = await staged(article(LEAD, LEAD.replace("terça", "sexta")), Broken(lambda texts: [rot13(texts[0])]))
    assert done.translation.status == "translated"


async def test_an_engine_that_hangs_costs_its_articles_time_and_no_more() -> None:
    engine = Hanging()
    started = time.perf_counter()
    done = await staged(
        article(*[f"O governo apresentou ao parlamento a proposta número {number}." for number in range(100)]),
        engine,
        seconds=0.3,
    )
    assert time.perf_counter() - started < 5
    assert done.translation.status == "pending"
    assert len(engine.requests) == 1


async def test_a_slow_engine_leaves_the_rest_in_the_original() -> None:
    class Slow(FakeEngine):
        async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
            await asyncio.sleep(0.02)
            return await super().translate(texts, source)

    original = article(*[f"O governo apresentou ao parlamento a proposta número {number}." for number in range(10, 90)])
    done = await staged(original, Slow(capabilities=Capabilities(items=4)), seconds=0.25)
    check_structure(original, done.translation.blocks)
    assert done.translation.status == "partial"
    assert 0 < (done.translation.quality or 0) < 1
