"""No engine's key is told: not in errors, not in logs, not where an engine is printed, even if the service repeats it."""

import logging
from pathlib import Path

import httpx
import pytest

from services.translator.engines.choice import remote
from services.translator.engines.http import HttpEngine
from services.translator.errors import EngineError
from services.translator.kept import Kept
from services.translator.settings import TranslatorSettings

SECRET = "sesame-5f2c"


@pytest.fixture
def own(tmp_path: Path) -> TranslatorSettings:
    (tmp_path / "token").write_text(SECRET)
    return TranslatorSettings.model_validate(
        {
            "libretranslate_url": "https://libre.test", "libretranslate_key": SECRET,
            "openai_url": "https://open.test", "openai_model": "m", "openai_key": SECRET,
            "azure_key": SECRET, "azure_region": "x",
            "amazon_region": "x", "amazon_key_id": "id", "amazon_secret": SECRET,
            "deepl_key": SECRET,
            "google_project": "p", "google_token_file": str(tmp_path / "token"),
        }
    )  # fmt: skip


def echo(request: httpx.Request) -> httpx.Response:
    """A service that repeats what it was sent, as some do when they complain."""
    return httpx.Response(403, json={"error": {"message": f"{dict(request.headers)} {request.content!r}"}})


async def test_no_key_is_told(own: TranslatorSettings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engines = remote(own)
    assert len(engines) >= 5
    for engine in engines:
        inner = engine._engine if isinstance(engine, Kept) else engine
        assert isinstance(inner, HttpEngine)
        await inner.close()
        inner._client = httpx.AsyncClient(transport=httpx.MockTransport(echo))
        said = f"{inner._dialect!r}"
        try:
            said += repr(await inner.translate(["um"], "pt"))
        except EngineError as error:
            said += f"{error!r} {error} {error.__cause__!r}"
        await inner._client.aclose()
        assert SECRET not in said + caplog.text, engine.name
