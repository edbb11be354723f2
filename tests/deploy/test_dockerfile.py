"""hadolint finds nothing in the Dockerfile that is not excused there, with the reason."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import ROOT

HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")


@pytest.mark.skipif(HADOLINT is None, reason="no hadolint here")
def test_hadolint_finds_nothing() -> None:
    assert HADOLINT
    done = subprocess.run([HADOLINT, "--no-color", "deploy/docker/Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
