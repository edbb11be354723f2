"""Every setting of the fetcher."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from shared.http.client import MIB, Limits
from shared.http.guard import allow_list
from shared.settings import ServiceSettings


class FetcherSettings(ServiceSettings):
    """What the fetcher can be told."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_FETCHER_")

    user_agent: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z_-]+$", description="product token of the user agent, and the name looked for in robots.txt"
        ),
    ] = "Babelwire"
    contact: Annotated[
        str,
        Field(
            pattern=r"^(https?://\S+|mailto:\S+@\S+|\S+@\S+)?$",
            description="address of whoever runs this fetcher, put into the user agent: a page's URL or an e-mail address; "
            "nothing outside loopback, the allow-list and the egress proxy is fetched without it",
        ),
    ] = ""
    proxy: Annotated[
        str | None,
        Field(
            pattern=r"^(https?|socks5h?)://\S+$",
            description="egress proxy, `http://host:port` or `socks5://host:port`; behind one only those private "
            "addresses can be refused here that are spelled out in URLs, the rest is for the proxy to refuse",
        ),
    ] = None
    allow_private: Annotated[
        str,
        Field(
            description="addresses that may be fetched although they are private, separated by commas: networks "
            "(`10.0.0.0/8`), `host:port` or `host:port-port`"
        ),
    ] = ""
    host_delay_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="pause between two requests to one host; a source may have its own, Crawl-delay may lengthen it",
        ),
    ] = 1.0
    heed_reservations: Annotated[
        bool,
        Field(
            description="asks each host once a day for `/ai.txt` and `/.well-known/tdmrep.json`, and notes what they reserve"
        ),
    ] = True
    max_age_days: Annotated[
        int, Field(ge=0, description="articles that their feed dates older end as `too_old`, unfetched; 0: no limit")
    ] = 30
    max_body_bytes: Annotated[
        int, Field(ge=1024, le=100 * MIB, description="largest body, as received and after decoding")
    ] = 10 * MIB
    total_seconds: Annotated[float, Field(gt=0, le=300, description="most time for one exchange")] = 30.0
    idle_seconds: Annotated[float, Field(gt=0, le=300, description="longest silence within an exchange")] = 10.0
    connect_seconds: Annotated[float, Field(gt=0, le=300, description="most time for a connection")] = 10.0
    connections: Annotated[int, Field(ge=1, le=1024, description="most exchanges at a time, over all hosts")] = 64
    window: Annotated[
        int,
        Field(ge=8, le=4096, description="most requests in hand, those that wait for their host's turn among them"),
    ] = 256

    @field_validator("allow_private")
    @classmethod
    def _rules(cls, value: str) -> str:
        allow_list(value)
        return value

    @property
    def agent(self) -> str:
        """The header User-Agent, in the form that crawlers use: who asks, and where to complain."""
        complaints = f"; +{self.contact}" if self.contact else ""
        return f"Mozilla/5.0 (compatible; {self.user_agent}{complaints})"

    @property
    def limits(self) -> Limits:
        """Of each exchange."""
        return Limits(
            body=self.max_body_bytes,
            total=timedelta(seconds=self.total_seconds),
            idle=timedelta(seconds=self.idle_seconds),
            connect=timedelta(seconds=self.connect_seconds),
            connections=self.connections,
        )

    @property
    def host_delay(self) -> timedelta:
        """The usual pause between two requests to one host."""
        return timedelta(seconds=self.host_delay_seconds)

    @property
    def max_age(self) -> timedelta | None:
        """None: no limit."""
        return timedelta(days=self.max_age_days) if self.max_age_days else None
