import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from services.translator import models, placing
from services.translator.placing import Unusable, alone, bring_in, incoming, place

FILES = {"model.fren.bin": b"weights", "vocab.fren.spm": b"vocabulary", "lex.fren.bin": b"lex"}


def tar(path: Path, files: dict[str, bytes], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in more:
            archive.addfile(info)
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def under(folder: str) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in FILES.items()}


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_a_folder_of_models_is_brought_in(folder: Path, tmp_path: Path) -> None:
    for name, content in {**under("fr-en"), **under("deen"), "README.md": b"", "notes/model.txt": b""}.items():
        path = tmp_path / "usb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert bring_in(tmp_path / "usb", folder) == [folder / "deen", folder / "fr-en"]
    assert written(folder) == {**under("fr-en"), **under("deen")}


def test_a_folder_that_is_one_model_is_brought_in(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "fr-en").mkdir()
    for name, content in FILES.items():
        (tmp_path / "fr-en" / name).write_bytes(content)
    assert bring_in(tmp_path / "fr-en", folder) == [folder / "fr-en"]


@pytest.mark.parametrize("root", ["fr-en", "backup/models/fr-en", "./fr-en"])
def test_an_archive_is_brought_in(folder: Path, tmp_path: Path, root: str) -> None:
    for archive in (tar(tmp_path / "m.tar.gz", under(root)), zipped(tmp_path / "m.zip", under(root))):
        assert bring_in(archive, folder) == [folder / "fr-en"]
        assert written(folder) == under("fr-en")


def test_an_archive_named_after_its_pair_needs_no_folder(folder: Path, tmp_path: Path) -> None:
    assert bring_in(tar(tmp_path / "fr-en.tar.gz", FILES), folder) == [folder / "fr-en"]


@pytest.mark.parametrize("root", ["../fr-en", "/fr-en", "a/../../fr-en"])
def test_an_archive_cannot_write_anywhere_else(folder: Path, tmp_path: Path, root: str) -> None:
    before = set(tmp_path.parent.iterdir())
    for archive in (tar(tmp_path / "m.tar", under(root)), zipped(tmp_path / "m.zip", under(root))):
        bring_in(archive, folder)
    assert written(folder) == under("fr-en")
    assert set(tmp_path.parent.iterdir()) == before
    assert {path.name for path in tmp_path.iterdir()} == {"models", "m.tar", "m.zip"}


def test_links_and_devices_in_an_archive_are_passed_over(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link, pipe = tarfile.TarInfo("fr-en/model.fren.bin"), tarfile.TarInfo("fr-en/model.x.bin")
    link.type, link.linkname, pipe.type = tarfile.SYMTYPE, str(secret), tarfile.FIFOTYPE
    files = {name: content for name, content in under("fr-en").items() if "model" not in name}
    with pytest.raises(Unusable, match="no whole model"):
        bring_in(tar(tmp_path / "m.tar", files, link, pipe), folder)
    assert written(folder) == {}


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04broken", b"\x1f\x8bbroken"])
def test_what_is_no_archive_is_refused(folder: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.tar").write_bytes(content)
    with pytest.raises(Unusable):
        bring_in(tmp_path / "m.tar", folder)


def test_an_archive_that_was_cut_leaves_no_half_model(folder: Path, tmp_path: Path) -> None:
    whole = tar(tmp_path / "m.tar.gz", {**under("fr-en"), "fr-en/model.big.bin": os.urandom(200_000)})
    (tmp_path / "cut.tar.gz").write_bytes(whole.read_bytes()[:100_000])
    with pytest.raises(Unusable):
        bring_in(tmp_path / "cut.tar.gz", folder)
    assert models.available(folder) == models.available(None)
    assert written(folder) == {}


def test_a_new_model_takes_the_place_of_the_old(folder: Path) -> None:
    for content in (b"old", b"new"):
        ready = incoming(folder, "fr-en-1.0")
        for name in FILES:
            (ready / name).write_bytes(content)
        place(ready, folder, "fr-en")
        assert set(written(folder).values()) == {content}


def test_half_a_model_does_not_get_a_place(folder: Path) -> None:
    ready = incoming(folder, "fr-en-1.0")
    (ready / "model.fren.bin").write_bytes(b"x")
    with pytest.raises(Unusable, match="no whole model"):
        place(ready, folder, "fr-en")
    assert not (folder / "fr-en").exists()


def test_what_was_begun_of_an_older_version_is_cleared_away(folder: Path) -> None:
    (incoming(folder, "fr-en-1.0") / "model.fren.bin.part").write_bytes(b"begun")
    ready = incoming(folder, "fr-en-2.0")
    for name, content in FILES.items():
        (ready / name).write_bytes(content)
    place(ready, folder, "fr-en")
    assert written(folder) == under("fr-en")


def test_two_do_not_bring_models_in_at_a_time(folder: Path) -> None:
    with alone(folder):
        with pytest.raises(Unusable, match="somebody else"), alone(folder):
            pass
    with alone(folder):
        pass


def test_a_folder_that_is_named_after_no_pair_of_languages_has_no_model(folder: Path, tmp_path: Path) -> None:
    given = tmp_path / "models" / "readme"
    given.mkdir(parents=True)
    for name, content in FILES.items():
        (given / name).write_bytes(content)
    with alone(folder), pytest.raises(Unusable, match="no whole model in a folder named after its pair"):
        bring_in(tmp_path / "models", folder)


def test_a_file_larger_than_any_of_a_model_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "LARGEST_FILE", 5)
    with alone(folder), pytest.raises(Unusable, match="larger than any file"):
        bring_in(zipped(tmp_path / "fren.zip", {f"fren/{name}": content for name, content in FILES.items()}), folder)
    assert not [path for path in folder.rglob("*") if path.suffix in (".bin", ".spm")]
