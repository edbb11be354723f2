from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor.blocks import Cut, cut
from services.extractor.markup import parse, squeeze
from shared.events import Block, Span


def blocks(html: str) -> list[Block]:
    return [each.block for each in cuts(html)]


def cuts(html: str) -> list[Cut]:
    return cut(parse(f"<html><body>{html}</body></html>").find("body"), "https://paper.example/a/b.html")


def marked(block: Block) -> list[tuple[str, str]]:
    return [(span.kind, block.text[span.start : span.end]) for span in block.spans]


def test_a_quote_in_italics_stays_in_its_paragraph() -> None:
    (only,) = blocks(
        "<p>Il a dit : <em>« nous sommes prêts »</em>, puis <q>rien</q>, <code>x = 1</code> et <strong>partit</strong>.</p>"
    )
    assert only.text == "Il a dit : « nous sommes prêts », puis rien, x = 1 et partit."
    assert marked(only) == [
        ("emphasis", "« nous sommes prêts »"),
        ("quotation", "rien"),
        ("code", "x = 1"),
        ("strong", "partit"),
    ]


def test_links_are_absolute_and_counted() -> None:
    (only,) = cuts('<p>See <a href="../c?x=1">the report</a> and <a href="javascript:void(0)">this</a>.</p>')
    assert only.block.spans == (Span(start=4, end=14, kind="link", href="https://paper.example/c?x=1"),)
    assert only.linked == 10


def test_white_space_at_the_ends_of_markup_is_not_marked() -> None:
    (only,) = blocks("<p>a<b>\n bold\u00a0 </b>word and <b>more</b></p>")
    assert only.text == "a bold word and more"
    assert marked(only) == [("strong", "bold"), ("strong", "more")]


def test_neighbouring_markup_of_one_kind_is_one_span() -> None:
    (only,) = blocks("<p><b>one</b> <b>two</b><strong>three</strong> four</p>")
    assert marked(only) == [("strong", "one twothree")]


def test_offsets_count_code_points() -> None:
    (only,) = blocks("<p>😀😀 und 𝔘 <i>schräg</i></p>")
    assert marked(only) == [("emphasis", "schräg")]
    assert only.spans[0].start == 9


def test_kinds_follow_the_elements() -> None:
    found = blocks(
        "<h1>Title</h1><h3>Sub</h3><p>Para</p><blockquote><p>Quoted</p></blockquote><ul><li>One</li><li><p>Two</p></li></ul>"
        "<table><tr><th>Team</th><th>Points</th></tr><tr><td>A</td><td>3</td></tr></table><pre>a\n  b</pre>"
        "<figure><img src=x><figcaption>Seen from above</figcaption></figure>"
    )
    assert [(block.kind, block.level, block.text) for block in found] == [
        ("heading", 2, "Title"),
        ("heading", 3, "Sub"),
        ("paragraph", None, "Para"),
        ("quote", None, "Quoted"),
        ("list_item", None, "One"),
        ("list_item", None, "Two"),
        ("table_row", None, "Team | Points"),
        ("table_row", None, "A | 3"),
        ("preformatted", None, "a\n  b"),
        ("caption", None, "Seen from above"),
    ]


def test_a_table_for_layout_is_no_data() -> None:
    cell = "A long text that fills the column of an old page. " * 15
    found = blocks(f"<table><tr><td>Menu</td><td><p>{cell}</p><p>Second</p></td></tr></table>")
    assert [block.kind for block in found] == ["paragraph"] * 3


def test_two_line_breaks_part_paragraphs_and_one_does_not() -> None:
    assert [block.text for block in blocks("<div>One<br>still one<br><br>Two <i>and<br><br>three</i></div>")] == [
        "One still one",
        "Two and",
        "three",
    ]
    assert marked(blocks("<div>x <i>and<br><br>three</i></div>")[1]) == [("emphasis", "three")]


def test_text_beside_blocks_is_not_lost() -> None:
    assert [block.text for block in blocks("<div>before<p>inside</p>after <b>bold</b><div>deep</div>tail</div>")] == [
        "before",
        "inside",
        "after bold",
        "deep",
        "tail",
    ]


def test_what_is_no_text_is_left_out() -> None:
    (only,) = blocks(
        "<p>a<script>var p = 1</script>b<style>p {}</style><button>Share</button>c<template><p>t</p></template></p>"
    )
    assert only.text == "abc"


INLINE = st.sampled_from(["em", "i", "strong", "b", "a", "q", "code", "cite", "span", "u", "mark", "small", "sup", "abbr"])
WORDS = st.text(alphabet="abc éß漢😀\u00a0\n", min_size=1, max_size=12)


def _element(children: Any) -> Any:
    return st.tuples(INLINE, st.lists(children, max_size=4)).map(_written)


def _written(element: tuple[str, list[str]]) -> str:
    tag, children = element
    href = ' href="/x"' if tag == "a" else ""
    return f"<{tag}{href}>{''.join(children)}</{tag}>"


# An <a> within an <a> is no HTML: the parser closes the outer one, as browsers do, so links are not nested here.
MARKUP = st.recursive(WORDS, _element, max_leaves=12).filter(lambda text: text.count("<a") < 2)


@settings(max_examples=150)
@given(st.lists(st.lists(MARKUP, min_size=1, max_size=4).map("".join), min_size=1, max_size=5))
def test_no_inline_markup_splits_a_block_or_loses_text(paragraphs: list[str]) -> None:
    import re

    expected = [squeeze(re.sub(r"<[^>]*>", "", text)) for text in paragraphs]
    found = blocks("".join(f"<p>{text}</p>" for text in paragraphs))
    assert [block.text for block in found] == [text for text in expected if text]
    for block in found:
        assert len(set(block.spans)) == len(block.spans)
        for span in block.spans:
            inside = block.text[span.start : span.end]
            assert inside
            assert inside == inside.strip()


def test_what_stands_in_no_element_of_its_own_is_a_paragraph() -> None:
    tree = parse("<html><body>Loose words<br>and more</body></html>").find("body")
    assert [(one.block.kind, one.block.text) for one in cut(tree, "https://paper.example/")] == [
        ("paragraph", "Loose words and more")
    ]


def test_each_kind_of_element_gives_its_kind_of_block() -> None:
    html = """<figure><figcaption>Caption</figcaption></figure><ul><li>Item</li></ul><dl><dt>Term</dt><dd>Said</dd></dl>
    <blockquote>Quoted</blockquote><pre>as  it
    is</pre><h3>Heading</h3>"""
    assert [block.kind for block in blocks(html)] == [
        "caption", "list_item", "list_item", "list_item", "quote", "preformatted", "heading",
    ]  # fmt: skip


def test_a_link_to_what_is_no_address_or_no_page_is_no_link() -> None:
    for href in ("http://[", "javascript:alert(1)", "ftp://paper.example/a", "news:x"):
        assert [span.kind for block in blocks(f'<p>See <a href="{href}">this</a>.</p>') for span in block.spans] == []


def test_markup_in_preformatted_text_lies_on_its_words() -> None:
    (only,) = blocks("<pre>one  <b> two</b>\n<i>three </i> four</pre>")
    assert [(kind, text.strip()) for kind, text in marked(only)] == [("strong", "two"), ("emphasis", "three")]
    assert "\n" in only.text


def test_marks_without_width_between_elements_leave_the_spans_on_their_words() -> None:
    (only,) = blocks("<p>One <b>\u200b</b><i>two\u200b</i><em>\u200b</em> three.</p>")
    assert only.text == "One two three."
    assert marked(only) == [("emphasis", "two")]


@given(
    st.lists(st.tuples(st.text(" \t\n\u00a0\u200b", max_size=3), st.text(" \t\n\u200b", max_size=3)), min_size=1, max_size=4)
)
def test_whatever_space_preformatted_words_stand_in_their_markup_lies_on_them(spaces: list[tuple[str, str]]) -> None:
    html = "".join(f"x{out}<b>{inside}w{number}</b>," for number, (out, inside) in enumerate(spaces))
    (only,) = blocks(f"<pre>{html}</pre>")
    assert marked(only) == [("strong", f"w{number}") for number in range(len(spaces))]


def test_blocks_within_a_cell_do_not_part_its_row() -> None:
    assert [
        (one.kind, one.text) for one in blocks("<table><tr><td><p>Monday</p><p>early</p></td><td>12</td></tr></table>")
    ] == [("table_row", "Monday early | 12")]
