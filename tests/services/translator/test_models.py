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


def test_the_folder_that_is_pulled_wins_over_one_made_by_hand(tmp_path: Path) -> None:
    for name in ("fren", "fr-en", "zh_hant-en", "zh_hans-en"):
        model(tmp_path, name, "model.x.bin", "vocab.x.spm")
    found = {model.src: model.path.name for model in models.available(tmp_path)}
    assert (found["fr"], found["zh"]) == ("fr-en", "zh_hans-en")


def test_a_shelf_notices_what_is_put_on_it_and_taken_off(tmp_path: Path) -> None:
    shelf = models.Shelf(tmp_path, "en", seconds=0)
    assert (shelf.version("fr"), shelf.files("fr")) == (None, None)
    path = model(tmp_path, "fr-en", "model.fren.bin")
    assert shelf.version("fr") is None
    (path / "vocab.fren.spm").write_bytes(b"vocabulary")
    first = shelf.version("fr")
    assert first
    assert "fr" in shelf.languages
    (path / "model.fren.bin").write_bytes(b"another training")
    second, files = shelf.version("fr"), shelf.files("fr")
    assert second not in (None, first)
    assert files
    assert files.version == second
    path.rename(tmp_path / "elsewhere")
    assert shelf.version("fr") is None


def test_a_shelf_looks_only_now_and_then(tmp_path: Path) -> None:
    shelf = models.Shelf(tmp_path, "en", seconds=3600)
    assert shelf.version("fr") is None
    model(tmp_path, "fr-en", "model.fren.bin", "vocab.fren.spm")
    assert shelf.version("fr") is None


def test_a_shelf_whose_folder_is_gone_still_has_the_bundled_model(tmp_path: Path) -> None:
    assert models.Shelf(tmp_path / "gone", "en").languages == ["pt"]
