import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.translator.settings import TranslatorSettings
from shared.settings import load


def test_a_folder_of_models_that_is_not_there_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BABELWIRE_TRANSLATOR_MODELS", str(tmp_path / "missing"))
    with pytest.raises(SystemExit):
        load(TranslatorSettings)
    assert "BABELWIRE_TRANSLATOR_MODELS" in capsys.readouterr().err


def test_an_empty_folder_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_TRANSLATOR_MODELS", "")
    assert load(TranslatorSettings).models is None


def test_every_setting_stands_in_the_readme() -> None:
    readme = (Path(__file__).parents[3] / "services" / "translator" / "README.md").read_text()
    assert [name for name in TranslatorSettings.model_fields if f"`{name.upper()}`" not in readme] == []


BAD = [
    ("ROUTES", "pt=frefox", "no engine is called frefox"),
    ("ROUTES", "pt", "not a route: pt"),
    ("BUDGETS", "deepel=5", "no engine is called deepel"),
    ("BUDGETS", "deepl=many", "not a number of characters: deepl=many"),
    ("BUDGETS", "deepl=-5", "not a number of characters: deepl=-5"),
    ("BUDGETS", "deepl=5,6", "not a number of characters: deepl=5,6"),
    ("LIBRETRANSLATE_URL", "libre:5000", "pattern"),
    ("OPENAI_URL", "file:///etc/passwd", "pattern"),
    ("WORKERS", "many", "integer"),
    ("SHED_ABOVE", "-1", "greater than or equal to 0"),
    ("GLOSSARY", "/nowhere/words.toml", "does not point to a file"),
    ("GOOGLE_CREDENTIALS_FILE", "/nowhere/key.json", "does not point to a file"),
]


@pytest.mark.parametrize(("name", "value", "fault"), BAD)
def test_a_bad_setting_stops_the_start_with_one_line(
    name: str, value: str, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"BABELWIRE_TRANSLATOR_{name}", value)
    with pytest.raises(SystemExit) as ended:
        load(TranslatorSettings)
    (line,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert fault in line and f"BABELWIRE_TRANSLATOR_{name}" in line


def test_a_bad_file_stops_the_service_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("nonsense")
    environment = {"PATH": os.environ["PATH"], "BABELWIRE_TRANSLATOR_REPLAY_FILE": str(tmp_path / "pairs")}
    done = subprocess.run(
        [sys.executable, "-m", "services.translator"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == f"babelwire: setting BABELWIRE_TRANSLATOR_REPLAY_FILE: {tmp_path}/pairs:1: not a pair\n"
