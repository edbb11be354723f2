"""What is installed is what was locked: every requirement pinned, with hashes, and none asked for that is not locked.

Known faults of dependencies are not looked up here, which wants a network; docs/threats.md says how.
"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Name to requirement and hashes, in `name`."""
    found: dict[str, tuple[Requirement, list[str]]] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text().strip()):
        line, *hashes = entry.replace("\\\n", "").split(" --hash=")
        requirement = Requirement(line.strip())
        found.setdefault(canonicalize_name(requirement.name), (requirement, [one.strip() for one in hashes]))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    found = locked(name)
    assert len(found) > 50
    for requirement, hashes in found.values():
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert not requirement.url
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


def test_whatever_is_asked_for_is_locked_in_a_version_that_will_do() -> None:
    run, develop = locked("requirements.txt"), locked("requirements-dev.txt")
    wanted = [(Requirement(one), run) for one in PROJECT["dependencies"]]
    wanted += [(Requirement(one), develop) for extra in ("native", "dev") for one in PROJECT["optional-dependencies"][extra]]
    for requirement, lock in wanted:
        pinned, _ = lock[canonicalize_name(requirement.name)]
        [version] = [one.version for one in pinned.specifier]
        assert requirement.specifier.contains(version, prereleases=True), requirement


def test_development_runs_on_the_versions_that_run_in_containers() -> None:
    run, develop = locked("requirements.txt"), locked("requirements-dev.txt")
    for name, (requirement, hashes) in run.items():
        assert str(develop[name][0].specifier) == str(requirement.specifier)
        assert set(hashes) == set(develop[name][1])


def test_what_is_installed_is_checked_by_hash() -> None:
    for path in ("Makefile", "deploy/docker/Dockerfile"):
        text = (ROOT / path).read_text()
        for line in re.findall(r"pip install[^\n]*-r [^\n]*", text.replace("\\\n", " ")):
            assert "--require-hashes" in line, f"{path}: {line}"
