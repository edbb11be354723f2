"""Every setting of the trends worker, read from `BABELWIRE_TRENDS_…`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class TrendsSettings(ServiceSettings):
    """What counts as a trend, and how often that is looked at."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_TRENDS_", extra="ignore", frozen=True)

    min_articles: Annotated[int, Field(ge=1, description="fewer articles are no trend")] = 5
    min_sources: Annotated[int, Field(ge=1, description="fewer sources are no trend")] = 3
    most: Annotated[int, Field(ge=1, le=100, description="trends kept at a time")] = 50
    window_hours: Annotated[int, Field(ge=1, le=168, description="articles first seen in so many hours are counted")] = 24
    story_hours: Annotated[
        int, Field(ge=1, le=168, description="articles first seen in so many hours are put into stories")
    ] = 96
    baseline_days: Annotated[int, Field(ge=7, le=28, description="days before whose same hours tell what to expect")] = 28
    tick_seconds: Annotated[float, Field(gt=0, description="trends are computed at least so often")] = 30.0
    session_seconds: Annotated[
        int, Field(ge=6, le=60, description="a worker silent for so long is replaced by one that stands by")
    ] = 8
