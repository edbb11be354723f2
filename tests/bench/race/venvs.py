"""A virtual environment for each entrant, in a folder of caches, from the index that pip is configured for."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("BABELWIRE_RACE") or Path.home() / ".cache" / "babelwire-race")
ENTRANTS = Path(__file__).parent / "entrants"


@dataclass(frozen=True)
class Entrant:
    """`program` of ENTRANTS, with `packages` installed; without any it is ours, a module of this folder."""

    name: str
    program: str
    packages: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Of its environment; named after what is in it, as two entrants may share one."""
        first = self.packages[0].partition("=")[0]
        return CACHE / f"{first}-{hashlib.sha256(repr(self.packages).encode()).hexdigest()[:8]}"

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python") if self.packages else sys.executable

    @property
    def command(self) -> list[str]:
        if self.packages:
            return [self.python, str(ENTRANTS / f"{self.program}.py")]
        return [self.python, "-m", f"tests.bench.race.{self.program}"]


NEWS_PLEASE = ("news-please==1.6.16",)
FIELD = (
    Entrant("babelwire", "ours"),
    Entrant("news-please, library", "news_please_library", NEWS_PLEASE),
    Entrant("news-please, program", "news_please_program", NEWS_PLEASE),
    Entrant("fundus", "fundus_crawler", ("fundus==0.5.7", "curl_cffi==0.15.0")),
    # With pycurl, which it prefers where it is there.
    Entrant("trafilatura", "trafilatura_tools", ("trafilatura==2.3.1", "lxml_html_clean==0.4.6", "pycurl==7.49.0")),
    Entrant("scrapy, newspaper4k", "scrapy_newspaper", ("scrapy==2.19.0", "newspaper4k==0.9.6", "lxml_html_clean==0.4.6")),
)


def made(entrant: Entrant) -> str | None:
    """None once it is installed, else why it is not."""
    ready = entrant.folder / "ready" if entrant.packages else None
    if ready is None or ready.exists():
        return None
    pip = [entrant.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *entrant.packages]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(entrant.folder)], check=True, timeout=120)
        subprocess.run(pip, check=True, timeout=480)
    except (subprocess.SubprocessError, OSError) as error:
        return f"not installed: {error}"
    ready.touch()
    return None
