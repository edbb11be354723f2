from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.web.spans import NESTING, cells, render
from shared.events import Block, Span

INLINE = {"a", "q", "strong", "em", "code"}
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=40)
EDGES = st.integers(-3, 45)
HREFS = st.sampled_from(
    (None, "https://a.test/?x=1&y=2", 'https://a.test/"><script>', "javascript:alert(1)", "//a.test", "x")
)
SPANS = st.lists(st.builds(Span, start=EDGES, end=EDGES, kind=st.sampled_from(NESTING), href=HREFS), max_size=8)


def paragraph(text: str, *spans: Span) -> Block:
    return Block(kind="paragraph", text=text, spans=spans)


@settings(max_examples=300)
@given(TEXTS, SPANS)
def test_whatever_the_spans_the_text_is_kept_in_well_formed_inline_markup(text: str, spans: list[Span]) -> None:
    made = render(paragraph(text, *spans))
    element = etree.fromstring(f"<p>{made}</p>")
    assert "".join(map(str, element.itertext())) == text
    inside = [child for child in element.iter() if child is not element]
    assert {child.tag for child in inside} <= INLINE
    for child in inside:
        assert "".join(map(str, child.itertext()))
        if child.tag == "a":
            assert child.get("href", "").startswith("https://")
            assert not [above for above in child.iterancestors() if above.tag == "a"]


def test_markup_that_overlaps_nests_and_a_link_is_not_cut_in_two() -> None:
    made = render(
        paragraph(
            "one two three",
            Span(start=0, end=7, kind="emphasis"),
            Span(start=4, end=13, kind="link", href="https://a.test/"),
        )
    )
    assert made == ('<em>one </em><a href="https://a.test/" rel="external nofollow noopener"><em>two</em> three</a>')


def test_quotations_that_bring_their_marks_keep_only_those() -> None:
    assert render(paragraph("«Oui»", Span(start=0, end=5, kind="quotation"))) == '<q class="marked">«Oui»</q>'
    assert render(paragraph("Oui, dit-il", Span(start=0, end=3, kind="quotation"))) == "<q>Oui</q>, dit-il"


def test_offsets_count_code_points() -> None:
    assert render(paragraph("🦦 oui", Span(start=2, end=5, kind="strong"))) == "🦦 <strong>oui</strong>"


def test_a_row_is_cut_into_cells_with_their_markup() -> None:
    row = Block(kind="table_row", text="Monday | 12", spans=(Span(start=0, end=11, kind="strong"),))
    assert [render(cell) for cell in cells(row, " | ")] == ["<strong>Monday</strong>", "<strong>12</strong>"]
