"""Every test can fail: it asserts something, or what it calls does."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_test_is_without_an_assertion() -> None:
    parsed = [ast.parse(path.read_text(encoding="utf-8")) for path in TESTS.rglob("*.py")]
    functions = [node for tree in parsed for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    calls = [(function.name, _called(function)) for function in functions]
    asserting, known = {"assert", "raises"}, 0
    while len(asserting) != known:
        known = len(asserting)
        asserting |= {name for name, called in calls if called & asserting}
    assert [name for name, called in calls if name.startswith("test_") and not called & asserting] == []


def _called(function: ast.AST) -> set[str]:
    nodes = list(ast.walk(function))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
    return names | {"assert" for node in nodes if isinstance(node, ast.Assert)}
