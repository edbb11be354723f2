import json

from services.indexer.document import document, fingerprint
from shared.events import TranslatedArticle
from shared.search.templates import MAPPINGS
from tests.services.indexer.articles import PORTUGUESE, SEEN, article

PROPERTIES = MAPPINGS["articles-v1"]["template"]["mappings"]["properties"]


def bits(one: str | None, other: str | None) -> int:
    assert one and other
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_mapping_knows_every_field_of_an_article_and_no_other() -> None:
    own = {"vector", "fingerprint", "trend_terms", "shortid", "day", "text_en", "text_original"}
    assert set(PROPERTIES) == set(TranslatedArticle.model_fields) | own
    made = document(article(), vector=[1.0], indexed_at=SEEN)
    assert set(made) == set(PROPERTIES)
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
