from pathlib import Path

import pytest

from services.translator import models


def model(folder: Path, name: str, *files: str) -> Path:
    path = folder / name
    path.mkdir()
    for file in files:
        (path / file).write_bytes(file.encode())
    return path


def test_the_bundled_portuguese_model_is_always_there() -> None:
    assert ("pt", "en") in {(model.src, model.trg) for model in models.available(None)}


@pytest.mark.parametrize("name", ["fren", "fr-en"])
def test_a_folder_per_pair_is_a_model(tmp_path: Path, name: str) -> None:
    path = model(tmp_path, name, "model.fren.intgemm.alphas.bin", "vocab.fren.spm", "lex.50.50.fren.s2t.bin")
    found = next(model for model in models.available(tmp_path) if model.src == "fr")
    assert (found.trg, found.path) == ("en", path)
    files = models.files_of(path)
    assert files
    assert files.shortlist == path / "lex.50.50.fren.s2t.bin"


def test_two_vocabularies_are_as_good_as_one(tmp_path: Path) -> None:
    path = model(tmp_path, "zhen", "model.zhen.bin", "srcvocab.zhen.spm", "trgvocab.zhen.spm")
    files = models.files_of(path)
    assert files
    assert (files.source_vocabulary.name, files.target_vocabulary.name) == ("srcvocab.zhen.spm", "trgvocab.zhen.spm")
    assert files.shortlist is None


@pytest.mark.parametrize("files", [(), ("model.fren.bin",), ("vocab.fren.spm",), ("model.fren.bin", "srcvocab.fren.spm")])
def test_half_a_model_is_none(tmp_path: Path, files: tuple[str, ...]) -> None:
    model(tmp_path, "fren", *files)
    assert "fr" not in {model.src for model in models.available(tmp_path)}


def test_what_is_no_pair_is_passed_over(tmp_path: Path) -> None:
    model(tmp_path, "Read me first", "model.x.bin", "vocab.x.spm")
    (tmp_path / "fren").write_text("a file")
    assert models.available(tmp_path) == models.available(None)


def test_an_own_model_wins_over_the_bundled_one(tmp_path: Path) -> None:
    path = model(tmp_path, "pten", "model.pten.bin", "vocab.pten.spm")
    assert [found.path for found in models.available(tmp_path) if found.src == "pt"] == [path]


def test_other_bytes_are_another_version(tmp_path: Path) -> None:
    path = model(tmp_path, "fren", "model.fren.bin", "vocab.fren.spm")
    before = next(model.version for model in models.available(tmp_path) if model.src == "fr")
    (path / "model.fren.bin").write_bytes(b"other")
    assert next(model.version for model in models.available(tmp_path) if model.src == "fr") != before
