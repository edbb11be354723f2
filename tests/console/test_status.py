"""`babelwire status`, and lists of sources on a real index."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from console.status import duration
from shared.search.freshness import Freshness, freshness
from tests.console.commands import AWAY, babelwire
from tests.console.conftest import DEAD, FRESHNESS, SOURCE, Wire


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ready = self.path.startswith("/well/")
        body = json.dumps({"ok": ready, "reasons": [] if ready else ["not in its group"]}).encode()
        self.send_response(200 if ready else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def services() -> Iterator[str]:
    """One that is ready, one that is not, one that does not answer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield f"fetcher={url}/well,extractor={url}/ill,web=http://127.0.0.1:1"
        server.shutdown()
        thread.join()


@pytest.mark.engines
def test_the_whole_is_told_as_one_object(wire: Wire, services: str) -> None:
    result = babelwire("status", "--json", env=wire.env | {"BABELWIRE_CONSOLE_SERVICES": services})
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["discovered"] == 3 == sum(found["states"].values())
    assert found["states"] == {"indexed": 1, "duplicate": 1, "failed": 1}
    assert (found["in_flight"], found["dead_letters"]["fetcher"]) == (0, DEAD)
    assert found["freshness"]["articles"] == 1
    assert found["freshness"]["from_publication_seconds"] == FRESHNESS.total_seconds()
    assert found["services"] == {
        "fetcher": "ready", "extractor": "not in its group", "web": "does not answer (ConnectError)",
    }  # fmt: skip
    assert found["sources"] == {
        "new": 0, "ok": 0, "quiet": 0, "failing": 1, "blocked": 0, "paused": 0,
        "troubled": [
            {"source": SOURCE.name, "health": "failing", "why": f"http 404, 3 polls in a row, {SOURCE.feeds[1].url}"}
        ],
    }  # fmt: skip
    assert set(found["lag"]) >= {"fetcher", "fetcher.returner", "extractor", "ledger"}


@pytest.mark.engines
def test_it_is_one_screen_without_colours_in_a_pipe(wire: Wire, services: str) -> None:
    text = babelwire("status", env=wire.env | {"BABELWIRE_CONSOLE_SERVICES": services}).stdout
    assert "\x1b" not in text
    assert len(text.splitlines()) < 24
    assert "extractor: not in its group" in text
    assert "The Paper: failing: http 404, 3 polls in a row" in text


@pytest.mark.engines
def test_a_list_can_be_imported_twice_listed_and_exported(wire: Wire, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"name": "New", "home_page": "http://new.example/", "feeds": ["http://new.example/f"]}]))
    first = babelwire("sources", "import", path, "--rights", "link", env=wire.env)
    assert first.stderr == "1 sources added, 0 known\n"
    assert babelwire("sources", "import", path, env=wire.env).stderr == "0 sources added, 1 known\n"
    listed = json.loads(babelwire("sources", "list", "--json", env=wire.env).stdout)
    assert {one["name"]: one["rights"] for one in listed} == {SOURCE.name: "full", "New": "link"}
    assert "http://new.example/f" in babelwire("sources", "export", env=wire.env).stdout
    exported = json.loads(babelwire("sources", "export", "--format", "json", env=wire.env).stdout)
    assert {one["name"] for one in exported} == {SOURCE.name, "New"}


def test_services_as_set_must_have_addresses() -> None:
    result = babelwire("status", env={"BABELWIRE_CONSOLE_SERVICES": "fetcher"})
    assert result.exit_code in (1, 2)
    assert result.stderr.count("\n") == 1


def test_freshness_counts_what_has_both_times() -> None:
    def at(minute: int) -> str:
        return f"2026-03-10T12:{minute:02}:00Z"

    documents: list[dict[str, Any]] = [
        {"published_at": at(0), "times": {"discovered": at(20), "indexed": at(30)}},
        {"published_at": None, "times": {"discovered": at(10), "indexed": at(12)}},
        {"published_at": at(40), "times": {"discovered": at(10), "indexed": at(14)}},
        {"times": {}},
    ]
    assert freshness(documents) == Freshness(4, at(30), 900.0, 240.0)
    assert freshness([]) == Freshness(0, None, None, None)


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "unknown"), (3.4, "3 s"), (119.0, "119 s"), (300.0, "5 min"), (7200.0, "2 h")]
)
def test_a_duration_is_told_in_the_unit_that_fits(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_it_is_watched_until_ctrl_c_and_tells_when_an_engine_is_away() -> None:
    command = [sys.executable, "-m", "console.main", "status", "--watch", "--json", "--seconds", "0.5"]
    with subprocess.Popen(command, env=os.environ | AWAY, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        seen = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert all("away" in one for one in seen)
