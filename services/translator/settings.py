"""Every setting of the translator."""

from pathlib import Path
from typing import Annotated

from pydantic import DirectoryPath, Field, FilePath, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from services.translator.routes import budgets, parsed, strangers
from shared.settings import ServiceSettings


class TranslatorSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_TRANSLATOR_", env_ignore_empty=True)

    models: Annotated[
        DirectoryPath | None,
        Field(
            description="folder of Firefox models, one folder per pair such as `pt-en`; the bundled pt-en is always there. "
            "Where none is named, `babelwire up` and the console take HOME/models"
        ),
    ] = None
    registry: Annotated[
        str,
        Field(
            pattern="^https?://",
            description="where `babelwire models pull` finds models: the records of a Remote Settings collection, or a copy "
            "of them with the files beside it",
        ),
    ] = "https://firefox.settings.services.mozilla.com/v1/buckets/main/collections/translations-models-v2/records"
    glossary: Annotated[
        FilePath | None,
        Field(
            description="TOML file of words with one English only: tables `[[term]]` with `term` and, if wanted, `english` "
            "(else it stays as it is), `language`, `source_id`"
        ),
    ] = None
    workers: Annotated[int, Field(ge=1, le=64, description="processes that translate, each with its own models")] = 1
    models_per_worker: Annotated[
        int, Field(ge=1, description="models a worker keeps loaded, about 50 MB each; the least recently used goes first")
    ] = 4
    task_timeout_seconds: Annotated[
        float, Field(gt=0, description="longest for one or two sentences; then their worker is killed")
    ] = 10.0
    worker_memory_mb: Annotated[int, Field(ge=256, description="address space of one worker; beyond it dies")] = 1024
    memory_segments: Annotated[
        int, Field(ge=0, description="sentences remembered, so that none is translated twice; 20,000 take about 20 MB")
    ] = 20_000
    memory_file: Annotated[
        Path | None,
        Field(description="file for more of them, which outlasts a restart; `babelwire up` keeps one. None: memory only"),
    ] = None
    memory_file_segments: Annotated[int, Field(ge=1000, description="sentences in that file; 500,000 take about 250 MB")] = (
        500_000
    )
    article_seconds: Annotated[
        float, Field(gt=0, description="longest work on one article; what is left then stays in the original, marked")
    ] = 120.0
    shed_above: Annotated[
        int,
        Field(
            ge=0,
            description="articles waiting for one translator above which the text of sources of low priority waits, and "
            "only titles and standfirsts are translated",
        ),
    ] = 500
    routes: Annotated[
        str,
        Field(
            description="engines by language, in order: `pt=firefox,deepl;*=libretranslate`; none: all there are, free first"
        ),
    ] = ""
    budgets: Annotated[
        str, Field(description="characters a day (UTC) for an engine: `deepl=500000;azure=2000000`; others have no limit")
    ] = ""
    budget_file: Annotated[
        Path, Field(description="where spent characters are counted, on a disk that outlives a restart")
    ] = Path("translator-budget.sqlite")
    engine_seconds: Annotated[float, Field(gt=0, description="longest for one request to an engine over HTTP")] = 30.0
    engine_proxy: Annotated[str | None, Field(description="proxy on the way to engines over HTTP")] = None
    ctranslate2_models: Annotated[
        DirectoryPath | None,
        Field(
            description="folder of CTranslate2 models into English, Argos packages or OPUS-MT (`opus-mt-pt-en`); switches "
            "that engine on, which needs `pip install babelwire[ctranslate2]`"
        ),
    ] = None
    libretranslate_url: Annotated[
        str | None, Field(pattern="^https?://", description="LibreTranslate's address; switches it on")
    ] = None
    libretranslate_key: Annotated[SecretStr | None, Field(description="its key, where it wants one")] = None
    libretranslate_markup: Annotated[
        bool,
        Field(description="sends it sentences with markup as HTML; its own models translate the pieces one by one then"),
    ] = False
    apertium_url: Annotated[
        str | None, Field(pattern="^https?://", description="apertium-apy's address; switches it on")
    ] = None
    apertium_command: Annotated[
        str | None,
        Field(
            description="in place of that: Apertium's command, with its language packages on this machine; switches it on"
        ),
    ] = None
    deepl_key: Annotated[SecretStr | None, Field(description="DeepL's key; switches it on")] = None
    google_credentials_file: Annotated[
        FilePath | None, Field(description="JSON key of a Google service account; switches Google on")
    ] = None
    google_project: Annotated[
        str | None,
        Field(description="Google Cloud project, if not the service account's; with a token file it switches Google on"),
    ] = None
    google_token_file: Annotated[
        Path | None,
        Field(description="in place of a service account: file with an OAuth access token, read for each request"),
    ] = None
    azure_key: Annotated[SecretStr | None, Field(description="Azure Translator's key; switches it on")] = None
    azure_region: Annotated[str | None, Field(description="region of the Azure resource, unless it is global")] = None
    amazon_region: Annotated[
        str | None, Field(description="AWS region; with id and secret it switches Amazon Translate on")
    ] = None
    amazon_key_id: Annotated[str | None, Field(description="AWS access key id")] = None
    amazon_secret: Annotated[SecretStr | None, Field(description="AWS secret access key")] = None
    amazon_session: Annotated[SecretStr | None, Field(description="AWS session token, where the key is a temporary one")] = (
        None
    )
    openai_url: Annotated[
        str | None,
        Field(
            pattern="^https?://", description="address before `/chat/completions`; with a model it switches this engine on"
        ),
    ] = None
    openai_model: Annotated[str | None, Field(description="model that is asked there")] = None
    openai_key: Annotated[SecretStr | None, Field(description="key, where it wants one")] = None
    replay_file: Annotated[
        Path | None, Field(description="recorded pairs, JSON lines with `lang source target`; for trials")
    ] = None

    @field_validator("routes")
    @classmethod
    def _routes(cls, value: str) -> str:
        if unknown := strangers(name for names in parsed(value).values() for name in names):
            raise ValueError(f"no engine is called {unknown[0]}")
        return value

    @field_validator("budgets")
    @classmethod
    def _budgets(cls, value: str) -> str:
        if unknown := strangers(budgets(value)):
            raise ValueError(f"no engine is called {unknown[0]}")
        return value
