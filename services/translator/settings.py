"""Every setting of the translator."""

from typing import Annotated

from pydantic import DirectoryPath, Field, FilePath
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class TranslatorSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_TRANSLATOR_", env_ignore_empty=True)

    models: Annotated[
        DirectoryPath | None,
        Field(description="folder of Firefox models, one folder per pair such as `pten`; the bundled pt-en is always there"),
    ] = None
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
    article_seconds: Annotated[
        float, Field(gt=0, description="longest work on one article; what is left then stays in the original, marked")
    ] = 120.0
