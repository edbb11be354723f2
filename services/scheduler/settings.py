"""Every setting of the scheduler."""

import os
import socket
from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class SchedulerSettings(ServiceSettings):
    """What the scheduler can be told."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_SCHEDULER_")

    owner: Annotated[
        str, Field(min_length=1, description="name under which this scheduler takes leases; default host and process id")
    ] = Field(default_factory=_owner)
    tick_seconds: Annotated[float, Field(gt=0, le=60, description="how often it looks for sources that are due")] = 1.0
    sources_per_tick: Annotated[int, Field(ge=1, le=5000, description="most sources it takes at a time")] = 200
    untranslated_at_once: Annotated[
        int,
        Field(
            ge=0, le=1000, description="most articles that waited for a translation under way at a time; 0 sends none again"
        ),
    ] = 50
    translators_quiet_below: Annotated[
        int,
        Field(
            ge=1, description="articles waiting for all translators below which they are sent the texts that were put off"
        ),
    ] = 100
    rechecks_per_tick: Annotated[
        int,
        Field(
            ge=0, le=5000, description="most indexed articles looked at again, for corrections, each 10 seconds; 0: none are"
        ),
    ] = 50
    keep_months: Annotated[
        int,
        Field(
            ge=0,
            le=1200,
            description="whole months of articles kept beside the present one; older ones are deleted for good; 0: all stay",
        ),
    ] = 0
