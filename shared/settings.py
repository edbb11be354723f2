"""Settings that every part shares, and how settings are read: from `BABELWIRE_…` variables, any of them also from `…_FILE`.

Each service adds a class of its own in its `settings.py` with the prefix `BABELWIRE_<SERVICE>_`. A missing or impossible
value stops the start with one clear line. Only `settings.py` files read the environment.
"""

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Who logs in to a proxy or a service by its address.
_LOGIN = re.compile(r"(?<=://)[^/\s@]+(?=@)")
REDACTED = "**********"

Address = Annotated[str, Field(pattern=r"^[^\s:]*:\d{1,5}$")]


class Settings(BaseSettings):
    """What all parts share."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_", extra="ignore", frozen=True)

    kafka_bootstrap: Annotated[str, Field(description="Kafka's address, `host:port[,host:port]`")] = "127.0.0.1:9092"
    kafka_tls: Annotated[bool, Field(description="whether Kafka is reached by TLS; the name of its host is checked")] = False
    kafka_ca: Annotated[
        FilePath | None, Field(description="file (PEM) of who vouches for Kafka's certificate; none: whom the system trusts")
    ] = None
    kafka_certificate: Annotated[
        FilePath | None, Field(description="file (PEM) of our own certificate, where Kafka knows its clients by them")
    ] = None
    kafka_key: Annotated[FilePath | None, Field(description="file (PEM) of that certificate's key; none: beside it")] = None
    kafka_user: Annotated[str | None, Field(description="user, where Kafka wants one (SASL)")] = None
    kafka_password: Annotated[SecretStr | None, Field(description="that user's password")] = None
    kafka_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        Field(description="how the password is proved; PLAIN sends it, so it wants TLS"),
    ] = "SCRAM-SHA-512"
    kafka_session_seconds: Annotated[
        int, Field(ge=6, le=300, description="a member of a group that is silent for so long is taken for dead")
    ] = 30
    opensearch_url: Annotated[str, Field(description="OpenSearch's address")] = "http://127.0.0.1:9200"
    opensearch_ca: Annotated[
        FilePath | None,
        Field(description="file (PEM) of who vouches for OpenSearch; none: whom the system trusts"),
    ] = None
    opensearch_user: Annotated[str | None, Field(description="user, where OpenSearch wants one")] = None
    opensearch_password: Annotated[
        SecretStr | None, Field(description="that user's password; sent over https only, or on this machine")
    ] = None
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

    @model_validator(mode="after")
    def _passwords_go_with_users_and_only_where_nobody_listens(self) -> "Settings":
        for what, user, password in (
            ("KAFKA", self.kafka_user, self.kafka_password),
            ("OPENSEARCH", self.opensearch_user, self.opensearch_password),
        ):
            if bool(user) != bool(password):
                raise ValueError(f"BABELWIRE_{what}_USER and BABELWIRE_{what}_PASSWORD go together")
        if self.kafka_user and self.kafka_mechanism == "PLAIN" and not self.kafka_tls:
            raise ValueError("BABELWIRE_KAFKA_MECHANISM: PLAIN sends the password as it is; set BABELWIRE_KAFKA_TLS")
        url = urlsplit(self.opensearch_url)
        if url.username or url.password:
            raise ValueError("BABELWIRE_OPENSEARCH_URL: user and password have settings of their own")
        if self.opensearch_user and url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ValueError("BABELWIRE_OPENSEARCH_URL: a password goes over https only")
        return self


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
            # A fault of several together names them itself.
            name = variable(kind, ".".join(str(part) for part in fault["loc"])) + ": " if fault["loc"] else ""
            print(f"babelwire: setting {name}{fault['msg'].removeprefix('Value error, ')}", file=sys.stderr)
    except OSError as error:
        print(f"babelwire: setting: {error}", file=sys.stderr)
    raise SystemExit(2)


def variable(kind: type[BaseSettings], field: str) -> str:
    """The environment variable that sets `field` of `kind`."""
    return (kind.model_config.get("env_prefix", "") + field).upper()


def shown(settings: BaseSettings) -> dict[str, Any]:
    """`settings` for the log at start, secrets redacted, also those within an address (`http://user:password@proxy`)."""
    return {name: _without_login(value) for name, value in settings.model_dump(mode="json").items()}


def _without_login(value: Any) -> Any:
    return _LOGIN.sub(REDACTED, value) if isinstance(value, str) else value


def _from_files(kind: type[BaseSettings]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in kind.model_fields:
        path = os.environ.get(variable(kind, name) + "_FILE")
        if path:
            found[name] = Path(path).read_text().strip()
    return found
