"""Every setting of the extractor, read from `BABELWIRE_EXTRACTOR_…`."""

import os
from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ExtractorSettings(ServiceSettings):
    """How pages are turned into articles, and what that may cost."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_EXTRACTOR_", extra="ignore", frozen=True, populate_by_name=True)

    workers: Annotated[int, Field(ge=1, le=256, description="extracting processes; default one per processor")] = Field(
        default_factory=_processors
    )
    page_seconds: Annotated[float, Field(gt=0, le=600, description="after so long on one page a worker is killed")] = 20.0
    worker_mib: Annotated[
        int, Field(ge=512, description="address space of one worker, MiB; a page that needs more fails")
    ] = 1536
    worker_pages: Annotated[
        int, Field(ge=1, description="a worker is replaced after so many pages, as its memory grows")
    ] = 2000
    window: Annotated[int, Field(ge=1, description="pages in work at once, waiting for a worker included")] = 32
    ignore_reservations: Annotated[
        bool, Field(description="take pages also where they reserve text mining (tdm-reservation, noai)")
    ] = False
    max_age_days: Annotated[
        int,
        Field(
            ge=0,
            description="articles published longer ago end as too_old; 0 = no limit. It is the fetcher's setting: that one "
            "knows the feed's date, we know the page's",
            validation_alias="BABELWIRE_FETCHER_MAX_AGE_DAYS",
        ),
    ] = 30
