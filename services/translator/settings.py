"""Every setting of the translator."""

from pathlib import Path
from typing import Annotated

from pydantic import DirectoryPath, Field, FilePath
from pydantic_settings import SettingsConfigDict

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
        float, Field(gt=0, description="longest for one sentence; then its worker is killed")
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
