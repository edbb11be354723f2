"""Which modules are pure: they wait for nothing and know no client, server, process or clock of the machine."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EDGES = {
    "aiokafka", "asyncio", "faststream", "httpx", "jinja2", "multiprocessing", "opensearchpy", "os",
    "pebble", "prometheus_client", "pydantic_settings", "random", "resource", "socket", "ssl", "starlette",
    "structlog", "subprocess", "threading", "time", "uvicorn",
}  # fmt: skip


def pure_modules() -> list[str]:
    """Their paths from the root of the checkout."""
    files = (path for folder in ("services", "shared") for path in sorted((ROOT / folder).rglob("*.py")))
    return [str(path.relative_to(ROOT)) for path in files if "training" not in path.parts and _is_pure(path.read_text())]


def _is_pure(source: str) -> bool:
    nodes = list(ast.walk(ast.parse(source)))
    imported = {name.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    # Importing from our own edges makes no edge: a model or a constant may stand there.
    waits = any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in nodes)
    return not waits and not imported & EDGES and any(isinstance(node, ast.FunctionDef) for node in nodes)
