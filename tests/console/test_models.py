"""`babelwire models`: models on disk, from a registry on loopback, from a folder."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from services.translator import models
from tests.console.commands import babelwire
from tests.services.translator.registries import FakeRegistry, registry


@pytest.fixture
def served() -> Iterator[FakeRegistry]:
    with registry() as found:
        found.offer("fr", model=b"weights", vocab=b"vocabulary", lex=b"shortlist")
        found.offer("zh-Hans", model=b"weights", srcvocab=b"source", trgvocab=b"target")
        found.offer("en", "fr", model=b"other way", vocab=b"vocabulary")
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "models"
    path.mkdir()
    return path


def run(folder: Path, *arguments: str | Path, served: FakeRegistry | None = None) -> Result:
    env = {"BABELWIRE_TRANSLATOR_MODELS": str(folder)}
    if served:
        env["BABELWIRE_TRANSLATOR_REGISTRY"] = served.url
    return babelwire("models", *arguments, env=env)


def bundled() -> Path:
    return next(model.path for model in models.available(None) if model.src == "pt")


def test_pulled_models_are_whole_and_listed(served: FakeRegistry, folder: Path) -> None:
    result = run(folder, "pull", "fr", "zh", "--json", served=served)
    assert result.exit_code == 0, result.stderr
    assert [(entry["from"], entry["to"]) for entry in json.loads(result.stdout)] == [("fr", "en"), ("zh", "en")]
    assert (folder / "fr-en" / "lex.fren.bin").read_bytes() == b"shortlist"
    listed = json.loads(run(folder, "list", "--json").stdout)
    assert {entry["from"]: entry["path"] for entry in listed if entry["to"] == "en"} == {
        "fr": str(folder / "fr-en"), "pt": str(bundled()), "zh": str(folder / "zh_hans-en"),
    }  # fmt: skip


def test_what_is_here_is_not_pulled_again_and_a_newer_version_is(served: FakeRegistry, folder: Path) -> None:
    run(folder, "pull", "fr", served=served)
    served.asked.clear()
    result = run(folder, "pull", "fr", served=served)
    assert (result.exit_code, "is here already" in result.stderr, len(served.asked)) == (0, True, 1)
    served.offer("fr", version="2.1", model=b"better weights", vocab=b"vocabulary")
    run(folder, "pull", "fr", served=served)
    assert (folder / "fr-en" / "model.fren.bin").read_bytes() == b"better weights"
    assert not (folder / "fr-en" / "lex.fren.bin").exists()


def test_a_dry_run_says_what_would_be_fetched_and_fetches_nothing(served: FakeRegistry, folder: Path) -> None:
    result = run(folder, "pull", "fr", "--dry-run", served=served)
    assert (result.exit_code, "fr-en" in result.stderr, "MiB" in result.stderr) == (0, True, True), result.stderr
    assert [path for path in folder.rglob("*") if path.suffix == ".bin"] == []


def test_only_models_to_english_are_offered(served: FakeRegistry, folder: Path) -> None:
    offered = json.loads(run(folder, "list", "--offered", "--json", served=served).stdout)
    assert [entry["from"] for entry in offered] == ["fr", "zh_hans"]


def test_a_language_that_nobody_has_is_refused_before_anything_is_fetched(served: FakeRegistry, folder: Path) -> None:
    result = run(folder, "pull", "fr", "tlh", served=served)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no model from tlh to en" in result.stderr
    assert [path.name for path in folder.rglob("*")] == [".incoming", "lock"]


def test_a_file_with_the_wrong_hash_leaves_the_old_model_in_force(served: FakeRegistry, folder: Path) -> None:
    run(folder, "pull", "fr", served=served)
    served.offer("fr", version="2.1", model=b"better weights", vocab=b"vocabulary")
    served.files[next(name for name in served.files if "fr-2.1-model" in name)] = b"tampered with"
    result = run(folder, "pull", "fr", served=served)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 2)
    assert (folder / "fr-en" / "model.fren.bin").read_bytes() == b"weights"


def test_a_registry_that_is_not_there_is_told_in_one_line(folder: Path) -> None:
    with registry() as gone:
        gone.answers[gone.url.partition("/v1/")[2]] = []
        gone.url = gone.url.replace("records", "nothing")
        result = run(folder, "pull", "fr", served=gone)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("babelwire: no registry: ")


def test_a_model_without_internet_comes_from_a_folder(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(bundled(), tmp_path / "usb" / "pten")
    result = run(folder, "import", tmp_path / "usb", "--json")
    assert result.exit_code == 0, result.stderr
    assert [entry["path"] for entry in json.loads(result.stdout)] == [str(folder / "pten")]


@pytest.mark.parametrize("there", [True, False])
def test_what_holds_no_model_is_refused_in_one_line(folder: Path, tmp_path: Path, there: bool) -> None:
    path = tmp_path / "nothing.tar"
    if there:
        path.write_bytes(b"nothing")
    result = run(folder, "import", path)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)


def test_pulling_without_a_language_is_asked_for_wrongly(folder: Path) -> None:
    assert run(folder, "pull").exit_code == 2


def test_without_a_setting_models_lie_in_the_native_stacks_folder(served: FakeRegistry, tmp_path: Path) -> None:
    env = {"BABELWIRE_HOME": str(tmp_path / "home"), "BABELWIRE_TRANSLATOR_REGISTRY": served.url}
    assert babelwire("models", "pull", "fr", env=env).exit_code == 0
    assert (tmp_path / "home" / "models" / "fr-en" / "model.fren.bin").is_file()
