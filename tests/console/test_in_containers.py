"""The console's image has nothing of the extra `native`: no command may want it but those that run the native stack."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.console.commands import AWAY

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "status", "doctor", "why http://paper.example/1", "reports", "takedowns", "reindex --dry-run", "sources list",
    "takedown http://paper.example/1 --reason x --dry-run", "replay news.translated --from 1h --dry-run", "models list",
    "dlq list", "topics apply", "trends list", "ledger rebuild --dry-run",
)  # fmt: skip
TRIED = f"""
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))
from typer.testing import CliRunner
from console.main import app
for command in {COMMANDS!r}:
    result = CliRunner().invoke(app, command.split())
    print(command, "->", repr(result.exception) if result.exception else result.exit_code)
"""


def missing() -> list[str]:
    """The modules that the extra alone brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    distributions = {re.split("[=><]", one)[0] for one in project["optional-dependencies"]["native"]}
    return sorted(module for module, of in packages_distributions().items() if distributions & {one.lower() for one in of})


def test_no_command_of_the_image_wants_a_package_that_the_image_lacks(tmp_path: Path) -> None:
    without = missing()
    assert {"psutil", "supervisor"} <= {*without}
    environment = os.environ | AWAY | {"BABELWIRE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", TRIED, *without], env=environment, capture_output=True, text=True, timeout=100, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    ended = dict(line.split(" -> ") for line in done.stdout.splitlines())
    assert ended.keys() == {*COMMANDS}
    assert {command: end for command, end in ended.items() if end not in ("0", "SystemExit(1)")} == {}
