"""The command line as a whole: help, exit statuses, and one line for what goes wrong."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.main import get_command

from console.main import app
from tests.console.commands import babelwire

HEAVY = ("aiokafka", "opensearchpy", "trafilatura", "httpx", "pydantic", "jgo", "rich.table")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command, by the words that call it."""

    def below(words: tuple[str, ...], command: typer.core.TyperCommand | typer.core.TyperGroup) -> Iterator[tuple[str, ...]]:
        if isinstance(command, typer.core.TyperGroup):
            for name, child in command.commands.items():
                yield from below((*words, name), child)  # type: ignore[arg-type]
        else:
            yield words

    return below((), get_command(app))  # type: ignore[arg-type]


def test_the_commands_of_the_contract_are_there() -> None:
    assert {" ".join(words) for words in commands()} >= {
        "up", "status", "why", "extract", "translate", "doctor", "sources import", "sources add", "sources list",
        "sources export", "models list", "dlq list", "dlq show", "dlq replay", "topics apply",
    }  # fmt: skip


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_each_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    result = babelwire(*words, "--help")
    assert result.exit_code == 0
    _, _, example = " ".join(result.stdout.split()).partition("Example: ")
    assert f"babelwire {' '.join(words)}" in example


def test_help_loads_nothing_heavy() -> None:
    program = "import console.main, sys; print([name for name in sys.argv[1:] if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program, *HEAVY], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words",
    [("status",), ("why", "http://a.example/"), ("sources", "list"), ("dlq", "list"), ("topics", "apply")],
    ids=" ".join,
)
def test_an_engine_that_is_away_is_told_in_one_line_with_the_setting_to_look_at(words: tuple[str, ...]) -> None:
    result = babelwire(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("babelwire: ")
    assert "BABELWIRE_" in line


def test_an_impossible_setting_is_told_in_one_line_and_ends_with_2() -> None:
    result = babelwire("status", env={"BABELWIRE_REPLICAS": "many"})
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "BABELWIRE_REPLICAS" in result.stderr


def test_a_command_asked_for_wrongly_ends_with_2() -> None:
    assert babelwire("why").exit_code == 2
    assert babelwire("nonsense").exit_code == 2
