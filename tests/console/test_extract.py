"""`babelwire extract`, as a person and as a program use it."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from shared.errors import State
from shared.events import Article
from tests.console.commands import AWAY, babelwire
from tests.services.extractor.pages import SENTENCES, URL, article, document

ENVIRONMENT = AWAY | {"BABELWIRE_EXTRACTOR_WORKERS": "1"}  # each takes a second to start


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.html"
    path.write_text(article(head=f'<link rel="canonical" href="{URL}">'))
    return path


def extracted(lines: Iterable[object]) -> list[dict[str, Any]]:
    """One answer for each of `lines`, which are written as JSON unless they are text already."""
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    result = babelwire("extract", "--jsonl", env=AWAY | {"BABELWIRE_EXTRACTOR_WORKERS": "2"}, given=given)
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_answered_in_order_whatever_it_is(tmp_path: Path, page: Path) -> None:
    empty, zipped, broken = tmp_path / "empty.html", tmp_path / "zipped.html", tmp_path / "broken.html.gz"
    empty.write_bytes(b"")
    zipped.write_bytes(gzip.compress(page.read_bytes()))
    broken.write_bytes(gzip.compress(page.read_bytes())[:60])
    other = "https://other.example/a"
    answers = extracted(
        [
            {"url": URL, "path": str(page)},
            "no json",
            {"url": other, "path": str(tmp_path / "missing.html")},
            {"url": other, "path": str(empty)},
            {"url": "not a url", "path": str(page)},
            {"url": [1], "path": str(page)},
            ["a list"],
            {},
            {"url": other, "path": str(zipped)},
            {"url": other, "path": str(broken)},
            {"url": other, "path": str(page), "fetched_at": "yesterday"},
            {"url": other, "path": "a\0b"},
        ]
    )
    assert [answer.get("outcome", "article") for answer in answers] == [
        "article", "failed", "failed", "not_article", "not_article", "failed", "failed", "failed", "article", "failed",
        "failed", "failed",
    ]  # fmt: skip
    assert [answer["url"] for answer in answers] == [
        URL, None, other, other, "not a url", None, None, None, other, other, other, other,
    ]  # fmt: skip
    found = Article.model_validate(answers[0])
    assert found.title == "Bridge opens after nine years"
    assert [block.text for block in found.blocks] == list(SENTENCES)
    assert all(set(answer) == {"url", "outcome", "reason"} for answer in answers if "outcome" in answer)


def test_a_hostile_page_ends_alone(tmp_path: Path, page: Path) -> None:
    deep = tmp_path / "deep.html"
    deep.write_text(document("<ul><li>" * 50_000 + "deep"))
    lines = [{"url": f"{URL}-{n}", "path": str(deep if n == 3 else page)} for n in range(8)]
    answers = extracted(lines)
    assert [answer["url"] for answer in answers] == [line["url"] for line in lines]
    assert [n for n, answer in enumerate(answers) if "outcome" in answer] == [3]


def test_a_page_of_any_age_is_extracted(tmp_path: Path) -> None:
    old = tmp_path / "old.html"
    old.write_text(article(head='<meta property="article:published_time" content="2009-05-01T10:00:00Z">'))
    (answer,) = extracted([{"url": URL, "path": str(old)}])
    assert answer["published_at"].startswith("2009-05-01")


def test_a_file_is_shown_to_be_read(page: Path) -> None:
    result = babelwire("extract", page, env=ENVIRONMENT)
    assert result.exit_code == 0
    assert result.stdout.startswith("Bridge opens after nine years\n")
    assert all(sentence in result.stdout for sentence in SENTENCES)
    assert "\x1b" not in result.stdout


def test_a_file_takes_its_address_from_the_page_unless_it_is_given(page: Path) -> None:
    given = "https://given.example/x"
    answers = extracted([{"path": str(page)}, {"path": str(page), "url": given}])
    assert [answer["url"] for answer in answers] == [URL, given]


def test_named_pages_of_which_one_is_no_article_end_with_1(tmp_path: Path, page: Path) -> None:
    short = tmp_path / "short.html"
    short.write_text(document("<p>Too short.</p>"))
    result = babelwire("extract", short, page, env=ENVIRONMENT)
    assert result.exit_code == 1
    assert result.stdout.startswith("Bridge opens")
    assert result.stderr == f"{short}: not article, too short\n"


def test_a_private_address_is_not_fetched() -> None:
    result = babelwire("extract", "http://127.0.0.1:1/", "--jsonl", env=ENVIRONMENT)
    answer = json.loads(result.stdout)
    assert (answer["outcome"], answer["reason"]) == (State.BLOCKED, "private address")


def test_nothing_to_extract_is_asked_for_wrongly() -> None:
    assert babelwire("extract").exit_code == 2


def test_why_names_where_each_field_was_found(page: Path) -> None:
    result = babelwire("extract", "--why", "--url", URL, str(page), env=ENVIRONMENT)
    assert result.exit_code == 0
    fields = {line.split()[0]: line.split()[1:] for line in result.stdout.partition("found in")[2].splitlines()[1:] if line}
    assert fields["title"][-5:] == ["Bridge", "opens", "after", "nine", "years"]
    assert fields["language"] == ["html", "en"]


def test_json_is_one_article_to_be_read(page: Path) -> None:
    result = babelwire("extract", "--json", "--url", URL, str(page), env=ENVIRONMENT)
    assert Article.model_validate_json(result.stdout).title == "Bridge opens after nine years"
    assert result.stdout.startswith("{\n")


def test_lines_of_json_and_json_to_be_read_do_not_go_together(page: Path) -> None:
    assert babelwire("extract", "--json", "--jsonl", str(page), env=ENVIRONMENT).exit_code == 2
