"""Every setting of the reader site."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.http.client import MIB, Limits
from shared.http.guard import allow_list
from shared.settings import Address, ServiceSettings


class WebSettings(ServiceSettings):
    """What the reader site can be told."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_WEB_")

    listen: Annotated[
        Address, Field(description="address of the site, its API, feeds, `/metrics` and `/health`, `host:port`")
    ] = "127.0.0.1:8080"
    site_name: Annotated[str, Field(min_length=1, max_length=60, description="name in the masthead and in feeds")] = (
        "Babelwire"
    )
    base_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/\s]+$",
            description="where readers find the site, without a slash at the end; none: as asked",
        ),
    ] = None
    noindex: Annotated[
        bool, Field(description="asks search engines to leave the site out: the originals are what they should find")
    ] = True
    page_size: Annotated[int, Field(ge=5, le=100, description="articles on one page of a list")] = 30
    front_size: Annotated[int, Field(ge=10, le=300, description="newest articles among which the front page chooses")] = 80
    rail_size: Annotated[int, Field(ge=1, le=30, description="entries of a list beside an article")] = 8
    feed_size: Annotated[int, Field(ge=1, le=200, description="articles in a feed")] = 50
    hub: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/\s]+(/\S*)?$",
            description="WebSub hub that feeds name, and that is told of news where `base_url` is set; none: they name none",
        ),
    ] = None
    token: Annotated[
        SecretStr | None,
        Field(min_length=16, description="what operators send as a bearer token to read the ledger; none: nobody reads it"),
    ] = None
    requests_per_minute: Annotated[
        int, Field(ge=0, le=100_000, description="of one client, a fifth of them at once; 0: as many as it likes")
    ] = 600
    at_once: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="requests that are answered at a time from OpenSearch, two or three for each of its processors; "
            "twelve times as many wait for up to a second, others are told to come again",
        ),
    ] = 6
    pictures: Annotated[
        bool,
        Field(description="shows the pictures of sources whose rights are `full`, by way of this site; else links to them"),
    ] = True
    picture_key: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            description="what addresses of pictures are signed with; none: with a key of each process, so "
            "several processes need one",
        ),
    ] = None
    picture_contact: Annotated[
        str,
        Field(
            pattern=r"^(https?://\S+|mailto:\S+@\S+|\S+@\S+)?$",
            description="address of whoever runs this site, put into the user agent that pictures are fetched with; without "
            "it they are links, but for those of `allow_private`",
        ),
    ] = ""
    proxy: Annotated[
        str | None,
        Field(pattern=r"^(https?|socks5h?)://\S+$", description="egress proxy for pictures, as the fetcher's"),
    ] = None
    allow_private: Annotated[
        str, Field(description="private addresses that pictures may be fetched from, as the fetcher's")
    ] = ""
    search_seconds: Annotated[
        float, Field(gt=0, le=60, description="how long OpenSearch may take before a page says it is away")
    ] = 5.0
    cache_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=30,
            description="how long a copy of a page is good, and as long again while a new one is made; a "
            "takedown takes as long to reach who has one",
        ),
    ] = 30
    cache_bytes: Annotated[int, Field(ge=0, le=1 << 30, description="memory for copies of pages")] = 64_000_000

    @field_validator("allow_private")
    @classmethod
    def _readable(cls, value: str) -> str:
        allow_list(value)
        return value

    @property
    def picture_agent(self) -> str:
        """The user agent that pictures are fetched with."""
        return f"Babelwire-pictures (+{self.picture_contact})" if self.picture_contact else "Babelwire-pictures"

    @property
    def picture_limits(self) -> Limits:
        """What a picture may take."""
        return Limits(body=5 * MIB, ratio=20, total=timedelta(seconds=10), connections=16)
