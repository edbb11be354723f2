import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.translator import projection
from services.translator.article import translate_article
from services.translator.engine import Result
from services.translator.errors import EngineTransient
from services.translator.memory import Memory
from shared.events import Article, Block, Language, Span
from tests.services.translator.fakes import FakeEngine, article, marked_texts, paragraph, reversing, rot13
from tests.services.translator.reference import documents, needs_reference, sentences

FRENCH = "Le gouvernement a présenté mardi une nouvelle proposition de loi sur le logement, qui sera votée en mars."
ENGLISH = "The government presented a new housing bill on Tuesday, and parliament is going to vote on it in March."
LEAD = "O governo apresentou na terça-feira uma nova proposta de lei sobre a habitação, que será votada em março."
BAD = "A oposição prometeu votar contra a proposta do governo."


async def test_a_portuguese_article_is_translated_block_by_block() -> None:
    done = await translate_article(article(LEAD, Block(kind="heading", text="Votos contra", level=3)), [FakeEngine()])
    assert done.translation.status == "translated"
    assert done.translation.engine == "fake 1"
    assert done.translation.title == rot13("Governo apresenta nova lei")
    assert [(block.kind, block.text, block.level) for block in done.translation.blocks] == [
        ("paragraph", rot13(LEAD), None),
        ("heading", rot13("Votos contra"), 3),
    ]
    assert done.translation.quality == 1.0
    assert done.times.translated is not None


async def test_the_original_is_handed_on_as_it_came() -> None:
    original = article(LEAD).model_copy(update={"rendering": 7, "revision": 3, "standfirst": "Será votada em março."})
    done = await translate_article(original, [FakeEngine()])
    own = done.model_dump(exclude={"translation", "times"})
    assert own == original.model_dump(exclude={"times"})
    assert done.translation.standfirst == rot13("Será votada em março.")


async def test_english_passes_through_word_for_word() -> None:
    original = article(ENGLISH, "He said 'no' „twice“.", title="Parliament votes on the new housing bill", language="pt")
    done = await translate_article(original, [FakeEngine(languages=["en", "pt"])])
    assert done.language == "en"
    assert (done.translation.status, done.translation.engine) == ("passed_through", None)
    assert (done.translation.title, done.translation.blocks) == (original.title, original.blocks)


async def test_a_language_without_a_model_is_pending() -> None:
    original = article(FRENCH, title="Nouvelle proposition de loi sur le logement")
    done = await translate_article(original, [FakeEngine()])
    assert done.language == "fr"
    assert (done.translation.status, done.translation.engine, done.translation.quality) == ("pending", None, None)
    assert (done.translation.title, done.translation.blocks) == (original.title, original.blocks)


async def test_a_block_whose_translation_is_refused_stays_in_the_original_marked() -> None:
    bad = paragraph(BAD, (" Já hoje.", "https://jornal.example/2"))
    engine = FakeEngine(lambda text: "" if text in BAD else rot13(text))
    done = await translate_article(article(LEAD, bad, LEAD, LEAD), [engine])
    assert (done.translation.status, done.translation.quality) == ("partial", 0.75)
    assert done.translation.blocks[1] == bad.model_copy(update={"lang": "pt"})
    assert [block.lang for block in done.translation.blocks] == [None, "pt", None, None]


async def test_a_refused_title_makes_the_article_partial() -> None:
    engine = FakeEngine(lambda text: rot13(text) if text == LEAD else "")
    done = await translate_article(article(LEAD), [engine])
    assert (done.translation.status, done.translation.title) == ("partial", "Governo apresenta nova lei")


async def test_an_english_block_in_a_portuguese_article_stays_and_is_not_asked_for() -> None:
    engine = FakeEngine()
    done = await translate_article(article(LEAD, ENGLISH), [engine])
    assert done.translation.status == "translated"
    assert done.translation.blocks[1].text == ENGLISH
    assert ENGLISH not in engine.asked


async def test_a_block_in_a_third_language_stays_marked() -> None:
    done = await translate_article(article(LEAD, FRENCH), [FakeEngine()])
    assert done.translation.status == "partial"
    assert (done.translation.blocks[1].text, done.translation.blocks[1].lang) == (FRENCH, "fr")


async def test_the_first_engine_that_knows_the_language_is_taken() -> None:
    other, own = FakeEngine(languages=["fr"]), FakeEngine()
    await translate_article(article(LEAD), [other, own])
    assert own.requests
    assert not other.requests


async def test_an_engine_that_answers_nothing_at_all_is_an_error() -> None:
    with pytest.raises(EngineTransient):
        await translate_article(article(LEAD), [FakeEngine(lambda _: EngineTransient("hung"))])


async def test_links_and_emphasis_lie_over_the_same_words() -> None:
    block = paragraph(
        "O governo ", ("apresentou", "*"), " a ", ("nova proposta de lei", "https://a.example/"), " sobre a ",
        ("habitação", "https://b.example/"), " na terça-feira.",
    )  # fmt: skip
    done = await translate_article(article(block), [FakeEngine()])
    assert marked_texts(done.translation.blocks[0]) == {
        "emphasis": rot13("apresentou"),
        "https://a.example/": rot13("nova proposta de lei"),
        "https://b.example/": rot13("habitação"),
    }


async def test_a_link_over_two_sentences_stays_one_link() -> None:
    block = paragraph("Começa aqui. ", ("Segue o fim. Mais um", "https://a.example/"), " pouco de texto.")
    done = await translate_article(article(block), [FakeEngine()])
    assert marked_texts(done.translation.blocks[0]) == {"https://a.example/": rot13("Segue o fim. Mais um")}


async def test_links_that_no_evidence_places_are_kept_apart() -> None:
    block = paragraph("O ", ("um", "https://a.example/"), " e o ", ("dois", "https://b.example/"), " e o tres vieram ontem.")
    done = await translate_article(article(block), [FakeEngine(lambda text: "one two three four five six seven eight")])
    first, second = done.translation.blocks[0].spans
    assert first.end <= second.start


@pytest.mark.parametrize("answer", [rot13, reversing])
@pytest.mark.parametrize(
    "block",
    [
        paragraph(("👍👍", "https://a.example/")),
        paragraph("Olha ", ("👍👍", "https://a.example/"), " que bom."),
        paragraph("Olha ", ("https://b.example/", "https://a.example/"), " que bom."),
        Block(kind="paragraph", text="Uma frase. Outra.", spans=(Span(start=10, end=11, kind="link", href="a"),)),
        Block(kind="paragraph", text="Uma frase.", spans=(Span(start=3, end=3, kind="link", href="a"),)),
        Block(kind="paragraph", text="Uma frase.", spans=(Span(start=90, end=99, kind="link", href="a"),)),
    ],
)  # fmt: skip
async def test_no_link_is_lost_however_it_lies(block: Block, answer: object) -> None:
    done = await translate_article(article(LEAD, block), [FakeEngine(answer)])  # type: ignore[arg-type]
    assert [span.href for span in done.translation.blocks[1].spans] == [span.href for span in block.spans]


# -- any structure ----------------------------------------------------------------------------------------------------

TOKENS = [
    "governo", "a", "nova", "lei", "não", "à", "Lisboa", "2024", "1.500,00", "👍", "https://exemplo.pt/a", "—", "...",
    "disse:", "“Nunca", "mais”,", "«sim»", '"', "ministro.", "Sr.", "\n", "casa;", "\u200b", "**", "habitação,", "povo!",
]  # fmt: skip
KINDS = ["paragraph", "heading", "quote", "list_item", "caption", "table_row", "preformatted"]


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    text = " ".join(draw(st.lists(st.sampled_from(TOKENS), max_size=25)))
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        kind = draw(st.sampled_from(["link", "emphasis", "strong", "quotation", "code"]))
        if start < end:
            spans.append(
                Span(start=start, end=end, kind=kind, href=f"https://{number}.example/" if kind == "link" else None)
            )
    return Block(kind=draw(st.sampled_from(KINDS)), text=text, spans=tuple(spans))


def scattered(text: str) -> Result:
    """Fails, answers nothing or answers too little, each now and then, and always the same for one text."""
    number = sum(map(ord, text)) % 5
    return (EngineTransient("hung"), "", "word", rot13(text), reversing(text))[number]


def check_structure(original: Article, done_blocks: tuple[Block, ...]) -> None:
    assert [(block.kind, block.level) for block in done_blocks] == [(block.kind, block.level) for block in original.blocks]
    for before, after in zip(original.blocks, done_blocks, strict=True):
        assert Counter(s.href for s in before.spans if s.href) == Counter(s.href for s in after.spans if s.href)
        assert not Counter(s.kind for s in after.spans) - Counter(s.kind for s in before.spans)
        assert all(0 <= span.start < span.end <= len(after.text) for span in after.spans)
        assert bool(projection.words(before.text)) == bool(projection.words(after.text))
        if after.text == before.text:
            continue
        assert after.text.count("“") == after.text.count("”")
        assert not after.text or after.text.strip()
        for span in after.spans:
            for edge in (span.start, span.end):
                assert not (after.text[:edge][-1:].isalnum() and after.text[edge:][:1].isalnum()), (span, after.text)


@pytest.mark.parametrize("answer", [rot13, reversing, scattered])
def test_any_article_keeps_its_structure(answer: object) -> None:
    engine = FakeEngine(answer)  # type: ignore[arg-type]

    @settings(max_examples=80)
    @given(st.lists(blocks(), max_size=5))
    def check(body: list[Block]) -> None:
        original = article(LEAD, *body)
        done = asyncio.run(translate_article(original, [engine], source="pt"))
        check_structure(original, done.translation.blocks)

    check()


async def test_what_feed_and_source_declare_counts_where_the_text_is_short() -> None:
    given = article(title="Un novo plan", language="en").model_copy(
        update={"declared_languages": {"page": "en", "feed": "gl", "source": "gl"}}
    )
    assert (await translate_article(given, [])).language == "gl"


async def test_blocks_in_another_language_are_translated_by_an_engine_of_theirs() -> None:
    quotation = paragraph(
        "Le gouvernement a présenté mardi une nouvelle ", ("proposition de loi", "https://a.example/"), " sur le logement."
    )
    own, theirs = FakeEngine(), FakeEngine(languages=["fr"])
    done = await translate_article(article(LEAD, quotation, BAD), [own, theirs])
    assert (done.language, done.translation.status, done.translation.engine) == ("pt", "translated", "fake 1")
    assert [block.text for block in done.translation.blocks] == [rot13(LEAD), rot13(quotation.text), rot13(BAD)]
    assert marked_texts(done.translation.blocks[1]) == {"https://a.example/": rot13("proposition de loi")}
    assert not set(own.asked) & set(theirs.asked)


async def test_an_engine_that_fails_on_a_guest_costs_only_the_guest() -> None:
    class Down(FakeEngine):
        async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
            raise EngineTransient("down")

    done = await translate_article(article(LEAD, FRENCH), [FakeEngine(), Down(languages=["fr"])])
    assert done.translation.status == "partial"
    assert [block.lang for block in done.translation.blocks] == [None, "fr"]


async def test_of_a_corrected_article_only_what_changed_is_asked_for_again() -> None:
    memory, engine = Memory(1000), FakeEngine()
    linked = paragraph("Segundo o ", ("Jornal da Tarde", "https://a.example/"), ", a oposição vai votar contra a proposta.")
    before = article(LEAD, linked, BAD)
    await translate_article(before, [engine], memory=memory)
    engine.requests.clear()
    corrected = article(LEAD, linked, BAD + " O presidente ainda não comentou.").model_copy(update={"revision": 2})
    done = await translate_article(corrected, [engine], memory=memory)
    assert engine.asked == ["O presidente ainda não comentou."]
    assert (done.revision, done.translation.status) == (2, "translated")
    assert marked_texts(done.translation.blocks[1]) == {"https://a.example/": rot13("Jornal da Tarde")}


async def test_another_model_version_translates_all_of_it_again() -> None:
    memory, engine = Memory(1000), FakeEngine()
    await translate_article(article(LEAD), [engine], memory=memory)
    engine.requests.clear()
    engine.version = lambda source: "2"  # type: ignore[method-assign]
    await translate_article(article(LEAD), [engine], memory=memory)
    assert LEAD in engine.asked


@needs_reference
@pytest.mark.parametrize("answer", ["reference", "reversing", "scattered"])
async def test_real_articles_keep_their_structure(answer: str) -> None:
    english = dict(zip(sentences("por"), sentences("eng"), strict=True))
    answers = {"reference": lambda text: english.get(text, rot13(text)), "reversing": reversing, "scattered": scattered}
    random = Random(7)
    for lines in random.sample(documents("por"), 12):
        body = [with_spans(random, line) for line in lines]
        original = article(*body)
        done = await translate_article(original, [FakeEngine(answers[answer])], source="pt")
        check_structure(original, done.translation.blocks)
        for before, after in zip(original.blocks, done.translation.blocks, strict=True):
            assert [span.href for span in after.spans if span.href] == [span.href for span in before.spans if span.href]


def with_spans(random: Random, text: str) -> Block:
    """A paragraph with a link and an emphasis over whole words, apart."""
    places = projection.words(text)
    cuts = sorted(random.sample(range(len(places) + 1), 4)) if len(places) > 4 else []
    pairs = zip(cuts[::2], cuts[1::2], ("link", "emphasis"), ("https://a.example/", None), strict=False)
    spans = [
        Span.model_validate({"start": places[first][0], "end": places[last - 1][1], "kind": kind, "href": href})
        for first, last, kind, href in pairs
    ]
    return Block(kind="paragraph", text=text, spans=tuple(spans))
