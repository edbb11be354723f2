"""A missing or impossible setting stops the start with one clear line."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import REDACTED, ServiceSettings, Settings, load, shown
from tests.deploy.files import settings_classes


class PressSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_PRESS_")

    contact: Annotated[str, Field(min_length=3, description="whom to write to")]
    workers: Annotated[int, Field(ge=1, description="workers")] = 2
    key: Annotated[SecretStr | None, Field(description="key")] = None


@pytest.fixture(autouse=True)
def contact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_PRESS_CONTACT", "desk@press.test")


def test_what_is_set_is_taken_and_the_rest_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_PRESS_WORKERS", "3")
    found = load(PressSettings)
    assert (found.contact, found.workers, found.listen) == ("desk@press.test", 3, "127.0.0.1:0")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BABELWIRE_PRESS_CONTACT", None, "Field required"),
        ("BABELWIRE_PRESS_WORKERS", "0", "greater than or equal to 1"),
        ("BABELWIRE_PRESS_WORKERS", "many", "valid integer"),
        ("BABELWIRE_PRESS_LISTEN", "nowhere", "match pattern"),
        ("BABELWIRE_PRESS_KEY_FILE", "/no/such/file", "No such file"),
    ],
)
def test_a_fault_ends_the_start_with_one_line_that_says_which(
    name: str, value: str | None, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load(PressSettings)
    [line] = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert said in line
    assert line.startswith("babelwire: setting")
    assert name in line or "/no/such/file" in line


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("sesame\n")
    monkeypatch.setenv("BABELWIRE_PRESS_KEY_FILE", str(tmp_path / "key"))
    found = load(PressSettings)
    assert found.key is not None
    assert found.key.get_secret_value() == "sesame"
    assert "sesame" not in str(shown(found)) + repr(found)


def test_what_all_share_has_a_default_for_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_OF_A_LATER_VERSION", "1")
    assert load(Settings).kafka_bootstrap == "127.0.0.1:9092"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KAFKA_USER": "wire"}, "BABELWIRE_KAFKA_USER and BABELWIRE_KAFKA_PASSWORD go together"),
        ({"OPENSEARCH_PASSWORD": "x"}, "BABELWIRE_OPENSEARCH_USER and BABELWIRE_OPENSEARCH_PASSWORD go together"),
        ({"KAFKA_USER": "wire", "KAFKA_PASSWORD": "x", "KAFKA_MECHANISM": "PLAIN"}, "set BABELWIRE_KAFKA_TLS"),
        ({"OPENSEARCH_URL": "https://me:x@search.test"}, "BABELWIRE_OPENSEARCH_URL: user and password"),
        (
            {"OPENSEARCH_URL": "http://search.test", "OPENSEARCH_USER": "me", "OPENSEARCH_PASSWORD": "x"},
            "a password goes over https only",
        ),
        ({"KAFKA_CA": "/no/such/file"}, "BABELWIRE_KAFKA_CA"),
    ],
)
def test_what_would_give_a_password_away_ends_the_start(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"BABELWIRE_{name}", value)
    with pytest.raises(SystemExit):
        load(Settings)
    [line] = capsys.readouterr().err.splitlines()
    assert said in line
    assert ":x" not in line


SECRET_WORDS = ("password", "secret", "token", "_key", "credential")
NAMES_A_KEY_AND_IS_NONE = {"amazon_key_id"}


@pytest.mark.parametrize("kind", settings_classes(), ids=lambda kind: kind.__name__)
def test_whatever_sounds_like_a_secret_is_typed_as_one(kind: type[BaseSettings]) -> None:
    for name, field in kind.model_fields.items():
        sounds = any(word in f"_{name}" for word in SECRET_WORDS) and name not in NAMES_A_KEY_AND_IS_NONE
        if sounds and "Path" not in str(field.annotation):  # where a secret lies may be told
            assert "SecretStr" in str(field.annotation), f"{kind.__name__}.{name} would be logged at the start"


def test_a_login_within_an_address_is_not_shown() -> None:
    class Proxied(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="BABELWIRE_PRESS_")

        proxy: str = "http://me:sesame@proxy.test:3128,socks5://you:mustard@other.test"

    seen = shown(Proxied())["proxy"]
    assert seen == f"http://{REDACTED}@proxy.test:3128,socks5://{REDACTED}@other.test"
