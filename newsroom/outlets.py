"""The outlets of the fictional press, as `outlets.toml` describes them, and where each is found."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"
KINDS = {"rss": "feed", "atom": "feed", "html": "feed", "news-sitemap": "sitemap"}  # as a source's list knows them


@dataclass(frozen=True)
class Listing:
    """A feed or sitemap: `kind` is rss, atom, news-sitemap, or html, which is none although it is said to be."""

    kind: str
    path: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of feed: {self.kind!r}")


@dataclass(frozen=True)
class Outlet:
    """`template` is the file under pages/ by which its articles are made; `sections` maps its sections to ours."""

    id: str
    name: str
    motto: str
    language: str
    country: str
    zone: str
    template: str
    feeds: tuple[Listing, ...]
    robots: str
    sections: dict[str, str] = field(default_factory=dict)
    charset: str = "utf-8"

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


@dataclass(frozen=True)
class Addresses:
    """How outlets are reached from outside, each on a port of its own: by `127.0.0.1`, or, `named`, by a host name."""

    ports: dict[str, int]
    named: bool = False

    @classmethod
    def of(cls, outlets: list[Outlet], first_port: int, named: bool = False) -> "Addresses":
        return cls({outlet.id: first_port + position for position, outlet in enumerate(outlets)}, named)

    def origin(self, outlet: str) -> str:
        """`http://host:port` of the outlet with that id."""
        host = f"{outlet}.newsroom" if self.named else LOOPBACK
        return f"http://{host}:{self.ports[outlet]}"


def read_outlets() -> list[Outlet]:
    """The outlets in the order of their ports."""
    found = tomllib.loads((HERE / "outlets.toml").read_text(encoding="utf-8"))["outlets"]
    return [Outlet(**{**entry, "feeds": tuple(Listing(**feed) for feed in entry["feeds"])}) for entry in found]
