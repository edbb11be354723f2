"""Every way in which news can be lost shows in the audit, and nothing else does."""

import pytest

from console.audit import Books, Lost, Url, lost
from shared.errors import State


def books(
    urls: dict[str, Url] | None = None,
    articles: str = "",
    documents: str = "",
    dead: tuple[str | None, ...] = (),
    messages: int = 0,
) -> Books:
    return Books(urls or {}, frozenset(articles), frozenset(documents), dead, messages)


def test_books_that_agree_show_nothing_lost() -> None:
    fine = books({"u": Url(State.INDEXED, "a"), "v": Url(State.GONE)}, articles="a", documents="a")
    assert len(lost(fine)) == 0


def test_a_queued_url_with_nothing_left_in_any_topic_is_lost() -> None:
    assert lost(books({"u": Url(State.QUEUED)})) == Lost(queued=("u",))


def test_a_queued_url_is_not_lost_while_messages_are_on_their_way() -> None:
    assert len(lost(books({"u": Url(State.QUEUED)}, messages=1))) == 0


def test_a_queued_url_that_a_timer_holds_is_not_lost() -> None:
    assert len(lost(books({"u": Url(State.QUEUED, waits=True)}))) == 0


@pytest.mark.parametrize("article", ["a", None])
def test_an_indexed_url_without_a_document_is_lost(article: str | None) -> None:
    assert lost(books({"u": Url(State.INDEXED, article)}, articles="a")) == Lost(without_document=("u",))


def test_a_document_without_an_entry_is_lost() -> None:
    assert lost(books(documents="a")) == Lost(without_entry=("a",))


def test_an_article_that_is_claimed_and_not_yet_written_is_not_lost() -> None:
    assert len(lost(books({"u": Url(State.QUEUED)}, articles="a", messages=1))) == 0


@pytest.mark.parametrize("state", [State.FAILED, State.INDEXED])
def test_a_dead_letter_whose_url_has_ended_is_not_lost(state: State) -> None:
    found = books({"u": Url(state, "a")}, articles="a", documents="a", dead=("u",))
    assert len(lost(found)) == 0


@pytest.mark.parametrize(("urls", "dead"), [({}, "u"), ({"u": Url(State.QUEUED)}, "u"), ({}, None)])
def test_a_dead_letter_that_the_ledger_knows_nothing_of_is_lost(urls: dict[str, Url], dead: str | None) -> None:
    assert lost(books(urls, dead=(dead,), messages=1)) == Lost(dead_without_entry=(dead or "unreadable",))
