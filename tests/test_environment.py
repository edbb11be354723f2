"""Only `settings.py` files read the environment. import-linter sees imports, not this."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("services", "shared", "console", "newsroom")
LOOKING_UP = {"get", "items", "keys", "values", "pop", "setdefault"}


def reads_environment(source: str) -> bool:
    """Whether it looks a variable up; setting one for a child, or handing all of them on, is no reading."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="os", names=names) if {"environ", "getenv"} & {one.name for one in names}:
                return True
            case ast.Attribute(attr="getenv"):
                return True
            case ast.Subscript(value=ast.Attribute(attr="environ"), ctx=ast.Load()):
                return True
            case ast.Attribute(value=ast.Attribute(attr="environ"), attr=looking) if looking in LOOKING_UP:
                return True
    return False


def test_only_settings_files_read_the_environment() -> None:
    found = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
    assert len(found) > 100
    others = [path for path in found if path.name != "settings.py"]
    assert [str(path.relative_to(ROOT)) for path in others if reads_environment(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("home = os.environ['HOME']", True),
        ("home = os.environ.get('HOME')", True),
        ("home = os.getenv('HOME')", True),
        ("from os import environ", True),
        ("subprocess.run(command, env=os.environ | {'LANG': 'C'})", False),
        ("os.environ['LANG'] = 'C'", False),
    ],
)
def test_what_counts_as_reading(line: str, reads: bool) -> None:
    assert reads_environment(line) is reads
