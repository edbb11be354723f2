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
