"""Markup through engines that take it: what they are sent, what of their answers is believed, and what if it is not."""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.translator import drafts, projection, tagging
from services.translator.article import translate_article
from services.translator.engine import Capabilities, Result
from services.translator.errors import BadOutput, EngineError
from services.translator.markup import tagged
from shared.events import Block, Span
from tests.services.translator.fakes import FakeEngine, article, marked_texts, paragraph, rot13

LEAD = "O governo apresentou na terça-feira uma nova proposta de lei sobre a habitação, que será votada em março."
TAG = re.compile(r"(</?b[^>]*>)")


def in_html(html: str) -> str:
    """The words between the tags in rot13, in their order; entities as an engine writes them."""
    return "".join(part if TAG.fullmatch(part) else escape(rot13(unescape(part)), quote=True) for part in TAG.split(html))


class Markup(FakeEngine):
    """An engine that takes HTML."""

    def __init__(self, html: Callable[[str], Result] = in_html, **more: object) -> None:
        super().__init__(capabilities=Capabilities(markup=True), **more)  # type: ignore[arg-type]
        self.html = html
        self.sent: list[str] = []

    async def translate_markup(self, texts: Sequence[str], source: str) -> list[Result]:
        self.sent += texts
        return [self.html(text) for text in texts]


def only(block: Block) -> tagging.Tagged:
    (found,) = tagged([drafts.draft(block, "pt")])
    return found


def test_each_span_is_a_tag_without_its_address_and_the_text_is_escaped() -> None:
    block = paragraph("A ", ("lei <nova> & boa", "https://a.example/?x=1&y=2"), " custa ", ("menos", "*"), " do que 5 > 4.")
    html = 'A <b id="0">lei &lt;nova&gt; &amp; boa</b> custa <b id="1">menos</b> do que 5 &gt; 4.'
    assert only(block).html == html


def test_nested_spans_are_nested_tags_and_crossing_ones_are_left_out() -> None:
    text = "O governo apresentou uma nova proposta."
    spans = [Span(start=2, end=20, kind="link", href="https://a.example"), Span(start=2, end=9, kind="strong"),
             Span(start=10, end=28, kind="emphasis")]  # fmt: skip
    block = Block(kind="paragraph", text=text, spans=tuple(spans))
    assert only(block).html == 'O <b id="0"><b id="1">governo</b> apresentou</b> uma nova proposta.'


@pytest.mark.parametrize("block", [
    paragraph(("O governo apresentou a lei.", "https://a.example")),
    paragraph("O governo apresentou a lei", (".", "https://a.example")),
    paragraph("O governo ", ("\ue000apresentou", "*"), " a lei."),
])  # fmt: skip
def test_a_span_over_all_or_over_no_word_needs_no_tag_and_private_characters_get_none(block: Block) -> None:
    assert tagged([drafts.draft(block, "pt")]) == []


@pytest.mark.parametrize("answer", [
    'One <b id="0">two</b> three.',
    'One <b id="0">two <b id="1">three</b>.',
    'One <b id="0">two</b> <b id="0">three</b> <b id="1">four</b>.',
    'One <b id="0">two</b> <b id="1">three</b> <b id="2">four</b>.',
    'One <b id="0">two</b> <b id="1"></b> three.',
    'One <b id="0">two</b> <b id="1"> — </b> three.',
    'One <b id="0">two</b></b> <b id="1">three</b>.',
    'One <i id="0">two</i> <b id="1">three</b>.',
    'One <b>two</b> <b id="1">three</b>.',
    'One <b id="0">two</b> <b id="1">three</b> <br/>.',
    'One <b id="0">two</b> <b id="1">three</b><!-- -->.',
    'One <b id="0">two</b> <b id="1">three</b><script>alert(1)</script>',
    'One <b id="0">two</b> <b id="١">three</b>.',
    'One <b id="0">two</b> <b id="' + "9" * 5000 + '">three</b>.',
    'One <b id="0">two</b> <b id="1">three',
    'One <b id="0">two</b> <b id="1"',
    "One two three.", "", "<", "&#x110000;<b", "<![CDATA[", "<?xml", "<!DOCTYPE",
])  # fmt: skip
def test_an_answer_without_each_tag_once_and_well_nested_is_not_believed(answer: str) -> None:
    assert tagging.read(answer, 2) is None


@pytest.mark.parametrize(("answer", "text"), [
    ('One <b id="0">&quot;two&quot;</b> &amp; <b id="1">th&#39;ree</b>.', 'One "two" & th\'ree.'),
    ("One <b id='1'>two</b> <B ID=0 >three</B>.", "One two three."),
    ('<b id="1">One <b id="0">two</b></b> 3 < 4.', "One two 3 < 4."),
    ('One <b id="0">&amp;lt;b&amp;gt;</b> <b id="1">two</b>', "One &lt;b&gt; two"),
])  # fmt: skip
def test_a_sound_answer_is_read_however_it_is_written(answer: str, text: str) -> None:
    found = tagging.read(answer, 2)
    assert found is not None and found.text == text


WORDS = st.sampled_from(["governo", "a", "lei", "<b>", "</b>", "&", "&amp;", "5%", "«não»", '"sim"', "R&D", "x<y", "it's",
                         "<b id=0>", "½", "Índia", "água,", "é", "&#60;", "\u200b", "🎉"])  # fmt: skip


@given(st.lists(WORDS, min_size=3, max_size=14), st.data())
@settings(max_examples=300)
def test_what_is_sent_comes_back_as_the_same_text_with_the_same_words_under_each_tag(
    words: list[str], data: st.DataObject
) -> None:
    text = "Há " + " ".join(words) + " fim"
    edges = st.integers(0, len(text))
    spans = [Span(start=min(pair), end=max(pair), kind="strong") for pair in
             data.draw(st.lists(st.tuples(edges, edges), max_size=6))]  # fmt: skip
    for one in tagged([drafts.draft(Block(kind="paragraph", text=text, spans=tuple(spans)), "pt")]):
        back = tagging.read(one.html, len(one.places))
        assert back is not None
        assert back.text == one.asked
        for number, (source, place) in enumerate(one.places):
            start, end = back.ranges[number]
            assert back.text[start:end] == drafts.for_engine(source[slice(*place)])
            if projection.MARK not in back.text:
                found = projection.from_marked(back.marked(number), one.asked)
                assert found is not None and one.asked[slice(*found)] in back.text[start:end]


async def test_a_sentence_with_markup_is_asked_for_once_with_it_and_the_spans_lie_where_the_engine_put_them() -> None:
    def turned(html: str) -> str:
        first, second = re.findall(r"<b.*?</b>", html)
        return in_html(f"{second} — {first} &amp; {html[: html.index('<b')]}")

    engine = Markup(turned)
    block = paragraph(
        "Segundo o governo, ", ("a nova lei", "https://a.example/?a=1&b=2"), " será ", ("votada", "*"), " hoje."
    )
    done = await translate_article(article(LEAD, block), [engine])
    assert done.translation.status == "translated"
    assert marked_texts(done.translation.blocks[1]) == {
        "https://a.example/?a=1&b=2": rot13("a nova lei"),
        "emphasis": rot13("votada"),
    }
    assert len(engine.sent) == 1
    assert not any("votada" in text for text in engine.asked if text != LEAD)


BAD: list[Callable[[str], Result]] = [
    lambda html: re.sub("<.*?>", "", in_html(html)),
    lambda html: in_html(html) + '<b id="0">again</b>',
    lambda html: in_html(html).replace("</b>", ""),
    lambda html: in_html(html).replace('"0"', '"7"'),
    lambda html: "<html>" + in_html(html),
    lambda html: "",
    lambda html: html,
    lambda html: in_html(html) * 400,
    lambda html: BadOutput("tag handling parsing failed"),
]


@pytest.mark.parametrize("html", BAD)
async def test_what_is_not_believed_is_asked_for_without_markup_and_no_link_is_lost(html: Callable[[str], Result]) -> None:
    engine = Markup(html)
    block = paragraph("Segundo o governo, ", ("a nova lei", "https://a.example"), " será votada hoje.")
    done = await translate_article(article(LEAD, *[block] * 2), [engine])
    assert done.translation.status == "translated"
    assert engine.sent
    for one in done.translation.blocks[1:]:
        assert marked_texts(one).keys() == {"https://a.example"}
        assert one.text == rot13(block.text)


async def test_an_engine_whose_markup_fails_as_a_whole_leaves_the_next_to_be_asked() -> None:
    class Broken(Markup):
        async def translate_markup(self, texts: Sequence[str], source: str) -> list[Result]:
            raise EngineError("no")

    block = paragraph("Segundo o governo, ", ("a nova lei", "https://a.example"), " será votada hoje.")
    done = await translate_article(article(block), [Broken(), FakeEngine()])
    assert done.translation.status == "translated"
    assert marked_texts(done.translation.blocks[0]).keys() == {"https://a.example"}


@pytest.mark.parametrize("odd", ['<b id="0"/>', "<!-- x -->", "<!DOCTYPE html>", "<?xml?>", "<![CDATA[x]]>"])
def test_an_answer_with_anything_but_the_tags_it_was_sent_is_not_believed(odd: str) -> None:
    assert tagging.read(f'One <b id="0">two</b>{odd}.', 1) is None


def test_where_a_tag_would_change_what_the_engine_reads_there_is_none() -> None:
    text = "Há 1\u200b½ milhões de casas vazias."  # asked for as 1,5, in which no tag can stand
    block = Block(kind="paragraph", text=text, spans=(Span(start=text.index("½"), end=text.index("½") + 1, kind="strong"),))
    found = drafts.draft(block, "pt")
    assert list(found.asked) == ["Há 1,5 milhões de casas vazias."]
    assert tagged([found]) == []
