"""The console's own settings. Those of the native stack are in native/settings.py."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.events import Rights


class SourcesSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_SOURCES_", extra="ignore", frozen=True)

    rights: Annotated[
        Rights, Field(description="rights of an imported or added source whose list names none: link, snippet or full")
    ] = "snippet"
