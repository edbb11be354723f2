import json

from services.extractor.page import extract_page
from services.indexer.document import document, fingerprint
from shared.events import Article, TranslatedArticle
from shared.search.templates import MAPPINGS
from tests.services.extractor.pages import SENTENCES
from tests.services.extractor.pages import article as a_html
from tests.services.extractor.pages import page as a_page
from tests.services.indexer.articles import PORTUGUESE, SEEN, article

NEAR_BITS = 10  # of 64 that near-duplicates may differ in
PROPERTIES = MAPPINGS["articles-v1"]["template"]["mappings"]["properties"]


def bits(one: str | None, other: str | None) -> int:
    assert one and other
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_mapping_knows_every_field_of_an_article_and_no_other() -> None:
    own = {"vector", "fingerprint", "trend_terms", "marks", "shortid", "day", "text_en", "text_original", "original"}
    assert set(PROPERTIES) == set(TranslatedArticle.model_fields) | own | {"withdrawn"}  # of tombstones
    made = document(article(), vector=[1.0], indexed_at=SEEN)
    assert set(made) == set(PROPERTIES) - {"withdrawn"}  # which only tombstones have
    for name in ("times", "translation"):
        assert set(made[name]) == set(PROPERTIES[name]["properties"])


def test_a_document_is_the_article_whole_with_what_makes_it_findable() -> None:
    made = document(article(), vector=None, indexed_at=SEEN)
    assert made["text_original"] == "\n\n".join(PORTUGUESE)
    assert made["text_en"].startswith("The government of Portugal")
    assert (made["day"], len(made["shortid"]), len(made["fingerprint"])) == ("2026-03-31", 13, 16)
    assert made["times"]["indexed"] == "2026-03-31T23:30:00.000Z"
    assert "vector" not in made
    assert "Coimbra" in made["trend_terms"]
    json.dumps(made)


def test_english_is_not_searched_twice() -> None:
    made = document(article(language="en"), vector=None, indexed_at=SEEN)
    assert "text_original" not in made
    assert "text_en" in made


def test_copies_of_a_text_have_near_fingerprints_and_other_texts_far_ones() -> None:
    text = " ".join(f"word{n * 7919 % 1000}" for n in range(400))
    original = fingerprint(article(text=(text,)))
    copy = fingerprint(article(text=(text.replace("word42 ", "another "),)))
    other = fingerprint(article(text=(" ".join(f"else{n * 104729 % 1000}" for n in range(400)),)))
    assert bits(original, copy) <= 6
    assert bits(original, other) >= 16


def test_without_words_there_is_no_fingerprint() -> None:
    assert fingerprint(article(text=("…",))) is None
    assert fingerprint(article(text=())) is None
    assert fingerprint(article(text=("um",))) is not None


def test_the_same_wire_copy_in_two_papers_is_known_by_its_fingerprint() -> None:
    """Through the extractor: other chrome, other headline, a dateline and a credit of the paper's own."""
    copy = tuple(f"In part {part}: {text}" for part in ("one", "two", "three", "four") for text in SENTENCES)
    cards = "".join(f'<li><a href="/{n}">What happened on day {n} in the town</a></li>' for n in range(20))
    one = a_page(a_html(copy, title="Bridge opens after nine years"), "https://one.example/politics/bridge-opens-1234567")
    other = a_page(
        a_html((f"RIVERTON (Agency) - {copy[0]}", *copy[1:], "With reports from our own staff."), title="At last, a bridge",
               before='<div class="byline">By Ada Brennan</div>', after=f'<aside class="related"><ul>{cards}</ul></aside>'),
        "https://other.example/news/at-last-a-bridge-7654321",
    )  # fmt: skip
    marks = []
    for given in (one, other):
        found = extract_page(given)
        assert isinstance(found, Article)
        marks.append(fingerprint(article(text=tuple(block.text for block in found.blocks))))
    assert bits(*marks) <= NEAR_BITS
    assert bits(marks[0], fingerprint(article())) > 2 * NEAR_BITS


def test_a_text_that_waits_is_not_searched_as_english() -> None:
    whole = article()
    waits = whole.model_copy(update={"translation": whole.translation.model_copy(update={"body_waits": True})})
    made = document(waits, vector=None, indexed_at=SEEN)
    assert "text_en" not in made
    assert made["text_original"] == "\n\n".join(PORTUGUESE)


def test_a_language_that_the_index_has_no_analysis_for_is_found_by_its_plain_words() -> None:
    made = document(article(language="mt"), vector=None, indexed_at=SEEN)
    assert "original" not in made
    assert made["text_original"] == "\n\n".join(PORTUGUESE)
