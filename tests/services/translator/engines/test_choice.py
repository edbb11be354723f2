"""Which engines the settings switch on, in which order, and what they are told of what is amiss."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from services.translator.bad_setting import BadSetting
from services.translator.engine import Engine
from services.translator.engines.choice import remote
from services.translator.engines.http import HttpEngine
from services.translator.equipment import equipment
from services.translator.errors import QuotaExhausted
from services.translator.kept import Kept
from services.translator.settings import TranslatorSettings
from tests.services.translator.engines.test_apertium_command import command as apertium
from tests.services.translator.engines.test_google_token import key_file

EVERY: dict[str, Any] = {
    "apertium_url": "http://apertium.test",
    "google_project": "P",
    "google_token_file": "token",
    "deepl_key": "K",
    "amazon_region": "eu-west-1",
    "amazon_key_id": "AKID",
    "amazon_secret": "S",
    "azure_key": "K",
    "openai_url": "http://llm.test/v1",
    "openai_model": "M",
    "libretranslate_url": "http://libre.test",
}


def own(**changes: Any) -> TranslatorSettings:
    return TranslatorSettings(**changes)


def dialect(engine: Engine) -> Any:
    assert isinstance(engine, Kept) and isinstance(engine._engine, HttpEngine)
    return engine._engine._dialect


def test_without_a_setting_there_is_no_engine_but_firefox() -> None:
    assert remote(own()) == []
    assert [engine.name for engine in equipment(own()).engines] == ["firefox"]


def test_free_engines_come_first_and_the_gist_last(tmp_path: Path) -> None:
    replay = tmp_path / "pairs.jsonl"
    replay.write_text('{"lang": "pt", "source": "Um.", "target": "One."}\n')
    names = [engine.name for engine in remote(own(**EVERY, replay_file=replay))]
    assert names == ["replay", "libretranslate", "openai", "azure", "amazon", "deepl", "google", "apertium"]


def test_keys_and_addresses_reach_their_engine_and_no_log() -> None:
    told = own(
        **EVERY | {"amazon_session": "T", "azure_region": "R", "libretranslate_key": "L", "libretranslate_markup": True}
    )
    by_name = {engine.name: dialect(engine) for engine in remote(told)}
    held = by_name["amazon"].credentials
    assert (held.key_id, held.secret, held.session, by_name["amazon"].region) == ("AKID", "S", "T", "eu-west-1")
    assert (by_name["azure"].region, by_name["libretranslate"].key) == ("R", "L")
    assert by_name["libretranslate"].capabilities.markup
    for name, one in by_name.items():
        assert not any(secret in repr(one).replace(EVERY["openai_model"], "") for secret in ("'K'", "'S'", "'T'", "'L'")), (
            name
        )


def test_a_service_account_names_its_project_and_the_setting_comes_first(tmp_path: Path) -> None:
    file = key_file(tmp_path, "http://127.0.0.1:9")
    assert dialect(*remote(own(google_credentials_file=file))).project == "news"
    assert dialect(*remote(own(google_credentials_file=file, google_project="mine"))).project == "mine"


async def test_an_engine_over_its_budget_is_not_asked(tmp_path: Path) -> None:
    (engine,) = remote(own(deepl_key="K", budgets="deepl=3", budget_file=tmp_path / "spent"))
    with pytest.raises(QuotaExhausted, match="budget"):
        await engine.translate(["mais do que três"], "pt")
    await engine.close()


@pytest.mark.parametrize(("left_out", "named", "beside"), [
    ("openai_model", "OPENAI_MODEL", "OPENAI_URL"), ("openai_url", "OPENAI_URL", "OPENAI_MODEL"),
    ("amazon_secret", "AMAZON_SECRET", "AMAZON_REGION"), ("amazon_region", "AMAZON_REGION", "AMAZON_KEY_ID"),
    ("google_token_file", "GOOGLE_TOKEN_FILE", "GOOGLE_PROJECT"), ("google_project", "GOOGLE_PROJECT", "GOOGLE_TOKEN_FILE"),
])  # fmt: skip
def test_an_engine_that_is_half_described_stops_the_start(left_out: str, named: str, beside: str) -> None:
    with pytest.raises(BadSetting) as caught:
        remote(own(**{name: value for name, value in EVERY.items() if name != left_out}))
    assert str(caught.value) == f"BABELWIRE_TRANSLATOR_{named}: missing, beside BABELWIRE_TRANSLATOR_{beside}"


PAIR = '{"lang": "pt", "source": "Um.", "target": "One."}'
BAD_FILES = [
    ("replay_file", "", {}, None),
    ("replay_file", PAIR + "\n\n", {}, None),
    ("replay_file", PAIR + "\n{", {}, "pairs:2: not a pair"),
    ("replay_file", '{"lang": "pt"}', {}, "pairs:1: not a pair"),
    ("replay_file", PAIR.replace('"One."', "1"), {}, "pairs:1: not a pair of texts"),
    ("replay_file", "[" * 100_000, {}, "pairs:1: not a pair"),
    ("replay_file", "\udcff", {}, "can't decode"),
    ("glossary", "[[term]]\nterm = 'ab'\nlang = 'pt'", {}, "0.lang: Extra inputs are not permitted"),
    ("glossary", "term = 7", {}, "list"),
    ("glossary", "[[term", {}, "Expected"),
    ("glossary", "\udcff", {}, "can't decode"),
    ("budget_file", "no database, whatever it is called", {"deepl_key": "K", "budgets": "deepl=9"}, "not a database"),
    ("google_credentials_file", "{}", {}, "not the key of a service account"),
]


@pytest.mark.parametrize(("field", "text", "more", "fault"), BAD_FILES)
def test_a_file_of_no_use_is_told_in_one_line_that_names_the_setting(
    field: str, text: str, more: dict[str, Any], fault: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "pairs"
    file.write_bytes(text.encode(errors="surrogateescape"))
    told = own(**{field: file}, **more)
    if fault is None:
        assert len(equipment(told).engines) == 2
        return
    with pytest.raises(BadSetting) as caught:
        equipment(told)
    line = str(caught.value)
    assert line.startswith(f"BABELWIRE_TRANSLATOR_{field.upper()}: ") and fault in line and "\n" not in line


def test_a_budget_file_in_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"BUDGET_FILE: unable to open"):
        remote(own(deepl_key="K", budgets="deepl=9", budget_file=tmp_path / "none" / "file"))


def test_a_proxy_that_is_none_is_told() -> None:
    with pytest.raises(BadSetting, match=r"ENGINE_PROXY: "):
        remote(own(deepl_key="K", engine_proxy="nonsense"))


def test_a_service_account_without_a_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"GOOGLE_CREDENTIALS_FILE: .* names no project"):
        remote(own(google_credentials_file=key_file(tmp_path, "http://127.0.0.1:9", project_id=None)))


def test_the_command_of_apertium_is_looked_for_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"APERTIUM_COMMAND: .*cannot be run"):
        remote(own(apertium_command=str(tmp_path / "none")))
    with pytest.raises(BadSetting, match=r"APERTIUM_COMMAND: one of"):
        remote(own(apertium_command=apertium(tmp_path, "cat"), apertium_url="http://apertium.test"))
    (engine,) = remote(own(apertium_command=apertium(tmp_path, "cat")))
    assert (engine.name, engine.version("gl")) == ("apertium", "9.9 gl-en")


def test_a_library_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BadSetting, match=r"CTRANSLATE2_MODELS: .*pip install"):
        remote(own(ctranslate2_models=tmp_path))


def test_the_equipment_is_what_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[[term]]\nterm = "Público"\n', encoding="utf-8")
    tools = equipment(own(glossary=tmp_path / "words.toml", routes="pt=firefox,deepl"))
    assert [term.term for term in tools.words.of("pt", "any")] == ["Público"]
    assert tools.routes == {"pt": ["firefox", "deepl"]}
    json.dumps(tools.routes)
