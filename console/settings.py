"""The console's own settings. Those of the native stack are in native/settings.py."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.events import Rights

Addresses = Annotated[str, Field(pattern=r"^([a-z]+=https?://[^\s,=]+(,|$))*$")]


class SourcesSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_SOURCES_", extra="ignore", frozen=True)

    rights: Annotated[
        Rights, Field(description="rights of an imported or added source whose list names none: link, snippet or full")
    ] = "snippet"


class ConsoleSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BABELWIRE_CONSOLE_", extra="ignore", frozen=True)

    services: Annotated[
        Addresses,
        Field(
            description="where the services answer `/health`, `fetcher=http://host:port,web=…`; by default those of the "
            "native stack that runs in BABELWIRE_HOME"
        ),
    ] = ""

    @property
    def addresses(self) -> dict[str, str]:
        """Service to address."""
        return dict(entry.split("=", 1) for entry in self.services.split(",") if entry)
