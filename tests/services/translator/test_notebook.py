import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.translator import notebook
from services.translator.memory import Memory
from services.translator.notebook import BETWEEN_LOOKS, Key, Notebook
from shared import clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def key(text: str, version: str = "1") -> Key:
    return ("e", version, "pt", text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "translations.sqlite"


@pytest.fixture
def book(path: Path) -> Iterator[Notebook]:
    found = Notebook(path, 10_000)
    yield found
    found.close()


def test_what_was_kept_outlasts_a_restart(path: Path) -> None:
    first = Notebook(path, 1000)
    first.keep(key("um"), "one")
    first.close()
    again = Notebook(path, 1000)
    assert (again.recall(key("um")), again.recall(key("um", "2")), again.recall(key("dois"))) == ("one", None, None)
    again.close()


def test_two_translators_share_one(path: Path, book: Notebook) -> None:
    other = Notebook(path, 1000)
    other.keep(key("um"), "one")
    assert book.recall(key("um")) == "one"
    other.close()


def test_memory_falls_back_on_it(book: Notebook) -> None:
    Memory(10, book).keep(key("um"), "one")
    memory = Memory(1, book)
    assert memory.recall(key("um")) == "one"
    memory.keep(key("dois"), "two")
    assert (memory.recall(key("um")), memory.recall(key("três"))) == ("one", None)


def test_the_longest_unused_goes_when_there_are_too_many(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, days = Notebook(path, 500), 0
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=days))
    for number in range(BETWEEN_LOOKS - 1):
        book.keep(key(f"{number}"), "x")
    days = 1
    assert book.recall(key("0")) == "x"
    book.keep(key("last"), "x")
    there = [number for number in range(BETWEEN_LOOKS - 1) if book.recall(key(f"{number}"))]
    assert len(there) < 500
    assert there[0] == 0
    assert book.recall(key("last")) == "x"
    book.close()


def test_a_file_that_is_no_notebook_is_begun_anew(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    book = Notebook(path, 1000)
    book.keep(key("um"), "one")
    assert book.recall(key("um")) == "one"
    book.close()


def test_where_none_can_be_kept_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    memory = Memory(10, Notebook(tmp_path / "file" / "translations.sqlite", 1000))
    memory.keep(key("um"), "one")
    assert (memory.recall(key("um")), memory.recall(key("dois"))) == ("one", None)


def test_a_notebook_that_breaks_at_work_is_given_up(path: Path, book: Notebook) -> None:
    book.keep(key("um"), "one")
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE translations")
    other.close()
    assert book.recall(key("um")) is None
    book.keep(key("um"), "one")
    assert book.recall(key("um")) is None


def test_a_busy_notebook_is_not_waited_for(path: Path, book: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "BUSY_SECONDS", 0)
    busy = Notebook(path, 1000)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    busy.keep(key("um"), "one")
    other.execute("ROLLBACK")
    other.close()
    assert busy.recall(key("um")) is None
    busy.keep(key("um"), "one")
    assert busy.recall(key("um")) == "one"
    busy.close()


def test_text_that_is_no_unicode_is_not_kept(book: Notebook) -> None:
    book.keep(key("\ud83d"), "\ud83d")
    assert book.recall(key("\ud83d")) is None
    book.keep(key("um"), "one")
    assert book.recall(key("um")) == "one"
