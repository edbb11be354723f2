"""Settings that every part shares, and how settings are read: from `BABELWIRE_…` variables, any of them also from `…_FILE`.

Each service adds a class of its own in its `settings.py` with the prefix `BABELWIRE_<SERVICE>_`. A missing or impossible
value stops the start with one clear line. Only `settings.py` files read the environment.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Address = Annotated[str, Field(pattern=r"^[^\s:]*:\d{1,5}$")]


class Settings(BaseSettings):
    """What all parts share."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_", extra="ignore", frozen=True)

    kafka_bootstrap: Annotated[str, Field(description="Kafka's address, `host:port[,host:port]`")] = "127.0.0.1:9092"
    kafka_session_seconds: Annotated[
        int, Field(ge=6, le=300, description="a member of a group that is silent for so long is taken for dead")
    ] = 30
    opensearch_url: Annotated[str, Field(description="OpenSearch's address")] = "http://127.0.0.1:9200"
    opensearch_user: Annotated[str | None, Field(description="user, where OpenSearch wants one")] = None
    opensearch_password: Annotated[SecretStr | None, Field(description="that user's password")] = None
    websub_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/\s]+$",
            description="where hubs reach the web service; feeds with a hub are subscribed to (WebSub) when this and the "
            "secret are set",
        ),
    ] = None
    websub_secret: Annotated[
        SecretStr | None, Field(min_length=16, description="what the secrets are made of that hubs sign their pushes with")
    ] = None
    replicas: Annotated[int, Field(ge=0, le=4, description="replicas of each index")] = 0
    refresh_seconds: Annotated[float, Field(gt=0, description="refresh interval of the indices")] = 5.0
    replication: Annotated[int, Field(ge=1, le=5, description="replication factor of each topic")] = 1
    log_format: Annotated[Literal["json", "console"], Field(description="form of the logs")] = "json"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="least level logged")] = "info"
    retry_scale: Annotated[
        float, Field(gt=0, le=1, description="shortens the delays of the retry topics; 1 except in trials")
    ] = 1.0
    drain_seconds: Annotated[float, Field(gt=0, description="how long a stopping service finishes what it began")] = 20.0


class ServiceSettings(BaseSettings):
    """What every service has under its own prefix; each service's `settings.py` derives from it."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    listen: Annotated[Address, Field(description="address of `/metrics` and `/health`, `host:port`")] = "127.0.0.1:0"


S = TypeVar("S", bound=BaseSettings)


def load(kind: type[S]) -> S:
    """The settings of `kind` from the environment.

    Ends the process with status 2 and one line per fault when a value is missing or impossible.
    """
    try:
        return kind(**_from_files(kind))
    except ValidationError as error:
        for fault in error.errors():
            name = variable(kind, ".".join(str(part) for part in fault["loc"]))
            print(f"babelwire: setting {name}: {fault['msg']}", file=sys.stderr)
    except OSError as error:
        print(f"babelwire: setting: {error}", file=sys.stderr)
    raise SystemExit(2)


def variable(kind: type[BaseSettings], field: str) -> str:
    """The environment variable that sets `field` of `kind`."""
    return (kind.model_config.get("env_prefix", "") + field).upper()


def shown(settings: BaseSettings) -> dict[str, Any]:
    """`settings` for the log at start, secrets redacted."""
    return settings.model_dump(mode="json")


def _from_files(kind: type[BaseSettings]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in kind.model_fields:
        path = os.environ.get(variable(kind, name) + "_FILE")
        if path:
            found[name] = Path(path).read_text().strip()
    return found
