"""Settings of the native stack and of `babelwire up`."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65535)]


def default_home() -> Path:
    """The user's data folder; for root one that the engines' unprivileged user can reach."""
    if os.geteuid() == 0:
        return Path("/var/lib/babelwire")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "babelwire"


def inherited() -> dict[str, str]:
    """The environment as it is, for the programs that `up` starts: settings of services given to `up` reach them."""
    return dict(os.environ)


class NativeSettings(BaseSettings):
    """Where the native stack keeps what it downloads and what it stores, and how large its engines are."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_", extra="ignore", frozen=True)

    home: Annotated[
        Path, Field(default_factory=default_home, description="folder of the native stack: engines, data, logs, run")
    ]
    engines: Annotated[
        Path | None,
        Field(description="folder of the downloaded engines, where several homes share one; default HOME/engines"),
    ] = None
    java_home: Annotated[
        Path | None,
        Field(validation_alias="JAVA_HOME", description="a Java to prefer, if it is of version 21 or later"),
    ] = None
    engines_quick: Annotated[
        bool,
        Field(
            description="start the engines with Java's first compiler only: half the processor time of a start, for half the"
            " speed of long work (containers do without)"
        ),
    ] = True
    kafka_heap_mb: Annotated[int, Field(ge=128, description="Kafka's heap, MiB")] = 320
    opensearch_heap_mb: Annotated[int, Field(ge=256, description="OpenSearch's heap, MiB")] = 640

    @property
    def engines_folder(self) -> Path:
        return self.engines or self.home / "engines"


class UpSettings(BaseSettings):
    """What `babelwire up` listens on (on loopback, but for the reader), and how patient it is. Port 0 is any free one."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_UP_", extra="ignore", frozen=True)

    kafka_port: Annotated[Port, Field(description="Kafka's port")] = 9092
    opensearch_port: Annotated[Port, Field(description="OpenSearch's port")] = 9200
    web_host: Annotated[str, Field(description="address that the reader listens on")] = "127.0.0.1"
    web_port: Annotated[Port, Field(description="the reader's port")] = 8080
    metrics_port: Annotated[Port, Field(description="first of the services' ports for metrics and health")] = 9101
    newsroom_port: Annotated[Port, Field(description="the newsroom's control port; its outlets follow")] = 8100
    newsroom_seconds: Annotated[float, Field(gt=0, description="the newsroom's time between two rounds")] = 15.0
    demo_host_delay_seconds: Annotated[float, Field(ge=0, description="delay between requests to one outlet")] = 0.2
    demo_fetch_seconds: Annotated[float, Field(gt=0, description="the demo's BABELWIRE_FETCHER_TOTAL_SECONDS")] = 5.0
    demo_retry_scale: Annotated[float, Field(gt=0, le=1, description="the demo's BABELWIRE_RETRY_SCALE")] = 0.005
    free_mb: Annotated[int, Field(ge=0, description="least free disk space to start with, MiB")] = 1024
    start_seconds: Annotated[float, Field(gt=0, description="how long a program may take until it works")] = 180.0
    stall_seconds: Annotated[
        float, Field(gt=0, description="with --once: how long nothing may change before it gives up")
    ] = 300.0
