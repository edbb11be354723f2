"""The saved real pages of ../shared as a web on this machine, for one run of an entrant; the server counts requests."""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.integration.bench import free_port
from tests.integration.politeness import REPLAY

# Sets with the body of every page as truth, made by people or by a publisher's own parser; all are news.
SETS = "fundus,turing,waddle"

# What the press does on a bad day: each rule a share of the hosts, by first letter, so that all entrants meet the same.
FAULTS: list[dict[str, Any]] = [
    {"match": "www.a*", "fault": "status", "status": 503, "first": 1, "only": "page"},
    {"match": "www.b*", "fault": "status", "status": 429, "retry_after": 2, "first": 1, "only": "page"},
    {"match": "www.c*", "fault": "wrong_charset", "only": "page"},
    {"match": "www.d*", "fault": "reset", "only": "page", "first": 1},
    {"match": "www.e*", "fault": "truncated_gzip", "only": "page", "first": 1},
    {"match": "www.f*", "fault": "robots_disallow"},
    {"match": "www.g*", "fault": "redirect_loop", "only": "page"},
    {"match": "www.h*", "fault": "gzip_bomb", "only": "page"},
    {"match": "www.i*", "fault": "huge_body", "only": "page"},
    {"match": "www.l*", "fault": "redirect_private", "only": "page"},
    {"match": "www.m*", "fault": "redirect_chain", "only": "page"},
    {"match": "www.n*", "fault": "crawl_delay", "seconds": 2},
    {"match": "www.o*", "fault": "feed_html"},
    {"match": "www.p*", "fault": "drip", "size": 65536, "every_ms": 20, "only": "page"},
    {"match": "www.s*", "fault": "duplicates"},
]
# Nobody can have, or is allowed to have, an article of these hosts: they do not count as missed.
LOST = ("www.f", "www.g", "www.h", "www.i", "www.l", "www.o")


@dataclass(frozen=True)
class Mirror:
    """A server that is running."""

    address: str

    def get(self, path: str) -> str:
        answer = httpx.get(self.address + path, timeout=60, trust_env=False)
        answer.raise_for_status()
        return answer.text

    def truth(self) -> list[dict[str, Any]]:
        """`url`, `title`, `body_text` and more of each page."""
        return [json.loads(line) for line in self.get("/truth.jsonl").splitlines()]

    def sources(self) -> list[dict[str, str]]:
        """`home` and `feed` of each host, in one order."""
        hosts = sorted({one["url"].split("/")[2] for one in self.truth()})
        return [{"home": f"http://{host}/", "feed": f"http://{host}/feed.xml"} for host in hosts]

    def stats(self) -> dict[str, Any]:
        """What the server saw until now."""
        found: dict[str, Any] = json.loads(self.get("/stats.json"))
        return found


@contextlib.contextmanager
def mirror(faults: list[dict[str, Any]] | None = None, sets: str = SETS, latency_ms: int = 20) -> Iterator[Mirror]:
    """A server of its own. Each answer takes `latency_ms`: without, requests at a time could not be told from each other."""
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as rules:
        json.dump([{"match": "*", "fault": "latency", "ms": latency_ms}, *(faults or [])], rules)
        rules.flush()
        command = [sys.executable, str(REPLAY), "serve", "--port", str(port), "--sets", sets, "--faults", rules.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            try:
                yield Mirror(f"http://127.0.0.1:{port}")
            finally:
                process.terminate()
