"""What pages written by hand name is there: commands, settings, metrics, topics, files, targets of make."""

import itertools
import re
from functools import lru_cache
from pathlib import Path

import pytest
import typer
import yaml

from console.main import app
from console.reference import DOCS, all_metrics, commands, pages
from shared import topics

ROOT = DOCS.parent
BY_HAND = [
    path
    for pattern in ("*.md", "docs/*.md", "services/*/README.md", "newsroom/README.md", ".env.example")
    for path in sorted(ROOT.glob(pattern))
    if f"{path.name}" not in pages()
]
COMMANDS = {path for path, _ in commands(typer.main.get_command(app), "babelwire")}
GROUPS = {path.rpartition(" ")[0] for path in COMMANDS}
VARIABLES = set(re.findall(r"BABELWIRE_[A-Z_]+[A-Z]", pages()["settings.md"]))
METRICS = {name for name, *_ in all_metrics()}
TOPICS = {topic.name for topic in topics.ALL}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@lru_cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code(path: Path) -> list[str]:
    """What is set as code: in backticks, or indented as a block."""
    return [*re.findall(r"`([^`\n]+)`", text(path)), *re.findall(r"^ {4,}(\S.*)$", text(path), re.MULTILINE)]


@pytest.fixture(params=BY_HAND, ids=lambda path: str(path.relative_to(ROOT)))
def page(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "runbook.md", "document.md", "choices.md"} <= {path.name for path in BY_HAND}


def test_commands_exist(page: Path) -> None:
    called = [
        found
        for one in code(page)
        for found in re.findall(r"(?:babelwire|run --rm(?: -T)? console) ([a-z]+)(?: ([a-z]+))?", one)
    ]
    unknown = {
        f"{first} {second}"
        for first, second in called
        if f"babelwire {first}" not in COMMANDS | GROUPS
        or (f"babelwire {first}" in GROUPS and f"babelwire {first} {second}" not in COMMANDS)
    }
    assert unknown == set()


def test_settings_exist(page: Path) -> None:
    named = set(re.findall(r"BABELWIRE_[A-Z_]+[A-Z](?![A-Z_…])", text(page)))
    assert {name for name in named - VARIABLES if name.removesuffix("_FILE") not in VARIABLES} == set()


def test_metrics_exist(page: Path) -> None:
    named = set(re.findall(r"\bbabelwire_[a-z_]+[a-z]", text(page)))
    assert named - METRICS == set()


def test_topics_exist(page: Path) -> None:
    named = set(re.findall(r"(?<![/\w])news\.[a-z]+(?:\.bulk)?(?![\w.]*(?:v1|test))\b", text(page)))
    assert named - TOPICS == set()


def test_files_exist(page: Path) -> None:
    """Those of the checkout that are named from its top, with `NAME` for any."""
    named = {
        one
        for one in re.findall(r"`((?:services|shared|console|newsroom|deploy|tests|docs)/[\w./-]+)`", text(page))
        if "NAME" not in one
    }
    assert {one for one in named if not (ROOT / one).exists()} == set()


def test_targets_of_make_exist(page: Path) -> None:
    named = {target for one in code(page) for target in re.findall(r"^make ([a-z-]+)", one)}
    assert named - TARGETS == set()


SERVICES = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"])
WITH_A_VALUE = {"--since", "--profile", "--scale", "--tail", "--format"}


def test_containers_exist(page: Path) -> None:
    named = {name for one in code(page) for name in containers(one)}
    assert named - SERVICES == set()


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("docker compose logs --since 15m fetcher", {"fetcher"}),
        ("docker compose --profile demo up -d --build --wait", set()),
        ("docker compose up -d --scale extractor=3", {"extractor"}),
        ("docker compose run --rm -T console sources import /dev/stdin < my.opml", {"console"}),
        ("docker compose exec opensearch curl -s x", {"opensearch"}),
    ],
)
def test_containers_are_seen_in_commands(command: str, named: set[str]) -> None:
    assert containers(command) == named


def containers(command: str) -> set[str]:
    """The services that a `docker compose` command names."""
    if not command.startswith("docker compose "):
        return set()
    words = command.partition("#")[0].split()[2:]
    scaled = {after.partition("=")[0] for word, after in itertools.pairwise(words) if word == "--scale"}
    plain = [
        word for before, word in itertools.pairwise(["", *words]) if not word.startswith("-") and before not in WITH_A_VALUE
    ]
    what, *names = plain
    return scaled | set(names[:1] if what in ("run", "exec") else names)


def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", text(page))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
