import pytest

from services.extractor import boilerplate
from services.extractor.boilerplate import Boilerplate
from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, page

FOLLOW = "Follow all the news of the town in our morning letter, every day at six."


def number(n: int, *, host: str = "paper.example", line: str = FOLLOW, inside: bool = False) -> Article:
    own = tuple(f"On day {n}: {text}" for text in SENTENCES)
    texts = (*own[:2], line, *own[2:]) if inside else (*own, line)
    found = extract_page(
        page(article(texts, title=f"Story {n}"), f"https://{host}/politics/2026/03/story-{n}-of-the-bridge")
    )
    assert isinstance(found, Article)
    assert any(block.text == line for block in found.blocks)
    return found


def texts(found: Article) -> list[str]:
    return [block.text for block in found.blocks]


def test_a_line_at_the_end_of_three_other_articles_of_the_site_is_trimmed() -> None:
    memory = Boilerplate()
    shown = [FOLLOW in texts(memory.trim(number(n))) for n in range(5)]
    assert shown == [True, True, True, False, False]


def test_the_hash_is_that_of_the_page_and_the_words_are_counted_anew() -> None:
    memory = Boilerplate()
    for n in range(3):
        memory.trim(number(n))
    whole = number(3)
    trimmed = memory.trim(whole)
    assert trimmed.content_hash == whole.content_hash
    assert whole.word_count - trimmed.word_count == len(FOLLOW.split())


def test_the_same_article_again_is_no_repetition() -> None:
    memory = Boilerplate()
    assert all(FOLLOW in texts(memory.trim(number(1))) for _ in range(6))


def test_what_repeats_within_the_text_or_on_other_sites_stays() -> None:
    inner, other = Boilerplate(), Boilerplate()
    for n in range(6):
        assert FOLLOW in texts(inner.trim(number(n, inside=True)))
        assert FOLLOW in texts(other.trim(number(n, host=f"paper{n}.example")))


def test_a_site_is_remembered_within_bounds() -> None:
    memory = Boilerplate()
    for n in range(boilerplate.MOST_LINES // len(SENTENCES) + 5):
        memory.trim(number(n, line=f"{FOLLOW} {n}"))
    assert len(memory._lines("paper.example")) <= boilerplate.MOST_LINES


def test_a_line_at_the_beginning_of_other_articles_of_the_site_is_trimmed_too() -> None:
    memory = Boilerplate()
    for n in range(4):
        found = number(n)
        last = found.blocks[-1]
        trimmed = memory.trim(found.model_copy(update={"blocks": (last, *found.blocks[:-1])}))
    assert FOLLOW not in texts(trimmed)
    assert len(trimmed.blocks) == len(found.blocks) - 1


def test_the_site_longest_unseen_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boilerplate, "MOST_SITES", 1)
    memory = Boilerplate()
    for n in range(3):
        memory.trim(number(n))
    memory.trim(number(3, host="other.example"))
    assert FOLLOW in texts(memory.trim(number(4)))
