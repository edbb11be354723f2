"""Settings of the native stack."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_home() -> Path:
    """The user's data folder; for root one that the engines' unprivileged user can reach."""
    if os.geteuid() == 0:
        return Path("/var/lib/babelwire")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "babelwire"


class NativeSettings(BaseSettings):
    """Where the native stack keeps what it downloads and what it stores, and how large its engines are."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_", extra="ignore", frozen=True)

    home: Annotated[
        Path, Field(default_factory=default_home, description="folder of the native stack: engines, data, logs, run")
    ]
    engines: Annotated[
        Path | None, Field(description="folder of the downloaded engines, where several homes share one; default HOME/engines")
    ] = None
    kafka_heap_mb: Annotated[int, Field(ge=128, description="Kafka's heap, MiB")] = 320
    opensearch_heap_mb: Annotated[int, Field(ge=256, description="OpenSearch's heap, MiB")] = 640

    @property
    def engines_folder(self) -> Path:
        return self.engines or self.home / "engines"
