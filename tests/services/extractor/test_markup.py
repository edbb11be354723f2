"""Text to a tree, and what of it a reader sees."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor import markup
from services.extractor.markup import fold, is_hidden, labels, parse, squeeze, text_of


def body(html: str) -> str:
    return text_of(parse(f"<html><body>{html}</body></html>"))


def test_what_a_reader_does_not_see_is_no_text() -> None:
    unseen = (
        "<script>one()</script><style>p{}</style><noscript>two</noscript><template>three</template><button>four</button>"
    )
    assert body(f"<p>seen{unseen} too</p><!-- five -->") == "seen too"


def test_inline_markup_leaves_no_seam_and_a_line_break_one_space() -> None:
    assert body("<p>“I am <em>not</em><strong>able</strong>,”<br>she said.</p>") == "“I am notable,” she said."


def test_white_space_is_one_space_and_marks_without_width_are_gone() -> None:
    assert squeeze(" a\u00a0\n\tb\u200bc\u00ad \ufeff") == "a bc"
    assert squeeze(None) == ""
    assert squeeze("می\u200cخواهم") == "می\u200cخواهم"  # parts a word in Persian without a space


@given(st.text())
def test_to_squeeze_twice_is_to_squeeze_once(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)


@pytest.mark.parametrize("text", ["", "  ", "<!-- only this -->"])
def test_nothing_is_no_document_or_an_empty_one(text: str) -> None:
    with suppress(ValueError):
        assert text_of(parse(text)) == ""


@given(st.text(alphabet=st.sampled_from("<>/ab\"'=&;! -\x00é"), max_size=80))
def test_whatever_the_bytes_there_is_a_tree_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse(text).tag == "html"


def test_a_declaration_of_an_encoding_does_not_matter_any_more() -> None:
    assert text_of(parse('<?xml version="1.0" encoding="iso-8859-1"?><html><body>olá</body></html>')) == "olá"


@pytest.mark.parametrize(
    ("attributes", "hidden"),
    [
        ("hidden", True),
        ('aria-hidden="true"', True),
        ('style="color: red; DISPLAY : none"', True),
        ('class="a visually-hidden"', True),
        ('class="sr-only"', True),
        ('aria-hidden="false"', False),
        ('class="hidden-treasure"', False),
        ('style="display: block"', False),
    ],
)
def test_what_is_kept_from_those_who_see(attributes: str, hidden: bool) -> None:
    (element,) = parse(f"<html><body><p {attributes}>text</p></body></html>").iter("p")
    assert is_hidden(element) is hidden


def test_a_parts_names_are_all_that_its_author_gave_it() -> None:
    (element,) = parse('<p class="Teaser" id="X1" role="note" data-testid="Card">t</p>').iter("p")
    assert labels(element) == "teaser x1 note card"


def test_folded_texts_are_equal_where_only_their_setting_differs() -> None:
    assert fold("“STRASSE” – nº 1") == fold("Straße: nº1")
    assert fold(None) == ""


def test_of_a_large_page_no_text_and_no_attribute_stays_longer_than_any_page_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "LARGE", 100)
    monkeypatch.setattr(markup, "LONGEST_TEXT", 20)
    script = f"<script>{'s' * 50}</script>"
    tree = parse(f'<html><body>{script}<p title="{"t" * 50}" id="p">{"a" * 50}<b>c</b>{"b" * 50}</p></body></html>')
    (p,), (b,) = tree.iter("p"), tree.iter("b")
    assert (len(p.text or ""), len(b.tail or ""), len(p.get("title", "")), p.get("id")) == (20, 20, 20, "p")
    assert [len(node.text or "") for node in tree.iter("script")] == [50]
