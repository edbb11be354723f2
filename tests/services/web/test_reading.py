from services.web import reading
from services.web.rights import granted
from shared.events import Block
from tests.services.web.articles import ENGLISH, ORIGINAL, article


def heading(level: int | None, text: str = "x") -> Block:
    return Block(kind="heading", text=text, level=level)


def item(text: str) -> Block:
    return Block(kind="list_item", text=text)


def test_each_block_stands_beside_its_original() -> None:
    found = reading.passages(granted(article()))
    assert [passage.kind for passage in found] == ["paragraph", "heading", "quote", "list_item", "table_row", "paragraph"]
    for passage in found:
        assert len(passage.english) == len(passage.original)
    assert found[0].original[0].html.striptags() == ORIGINAL[0].text
    assert found[0].english[0].html.striptags() == ENGLISH[0].text


def test_neighbouring_items_make_one_list_and_others_another() -> None:
    blocks = (item("a"), item("b"), Block(kind="paragraph", text="p"), item("c"))
    found = reading.passages(granted(article(blocks=blocks, english=blocks)))
    assert [[piece.html for piece in passage.english] for passage in found] == [["a", "b"], ["p"], ["c"]]


def test_headings_go_down_from_the_headline_without_gaps() -> None:
    blocks = (heading(3), heading(5), heading(3), heading(6), heading(None))
    found = reading.passages(granted(article(blocks=blocks, english=blocks)))
    assert [passage.level for passage in found] == [3, 4, 3, 4, 2]


def test_versions_of_different_length_lose_nothing() -> None:
    found = reading.passages(granted(article(english=ENGLISH[:1])))
    assert sum(len(passage.original) for passage in found) == len(ORIGINAL)
    assert sum(len(passage.english) for passage in found) == 1


def test_what_stands_in_the_originals_language_among_the_english_is_told() -> None:
    left = ORIGINAL[0].model_copy(update={"lang": "fr"})
    found = reading.passages(granted(article(status="partial", english=(left, *ENGLISH[1:]))))
    assert [passage.english[0].foreign for passage in found[:2]] == [True, False]
    assert not found[0].original[0].foreign


def test_reading_takes_at_least_a_minute_and_nothing_where_no_text_is_shown() -> None:
    assert reading.minutes(granted(article(word_count=40))) == 1
    assert reading.minutes(granted(article(word_count=1150))) == 5
    assert reading.minutes(granted(article(word_count=1150, rights="snippet"))) is None


def test_of_a_text_that_waits_only_the_original_is_shown() -> None:
    whole = article()
    waits = whole.model_copy(update={"translation": whole.translation.model_copy(update={"body_waits": True})})
    assert reading.both(granted(whole)) and not reading.both(granted(waits))
    found = reading.passages(granted(waits))
    assert sum(len(passage.original) for passage in found) == len(ORIGINAL)
    assert [passage.english for passage in found] == [()] * len(found)
