"""The reference pages in docs/, made from the code they describe: `python -m console.reference` (`make docs`).

A test fails while a page is not what this would write.
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from prometheus_client.metrics import MetricWrapperBase
from pydantic import AliasChoices, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from console import cluster, grafana, materials
from services.indexer.shape import Document
from shared import topics
from shared.events import EVENTS, Trend
from shared.settings import variable
from shared.telemetry import metrics

DOCS = Path(__file__).parents[1] / "docs"
# Every module that reads the environment, in the order of the page.
SETTINGS = (
    ("shared.settings", "Every service"),
    ("services.scheduler.settings", "Scheduler"),
    ("services.fetcher.settings", "Fetcher"),
    ("services.extractor.settings", "Extractor"),
    ("services.translator.settings", "Translator"),
    ("services.indexer.settings", "Indexer"),
    ("services.trends.settings", "Trends"),
    ("services.web.settings", "Web"),
    ("console.settings", "Console"),
    ("console.native.settings", "Native stack"),
)
MESSAGES: dict[str, type[BaseModel]] = {**EVENTS, Trend.type: Trend}
MADE = "<!-- Made by `make docs`; change the code instead. -->\n"


def pages() -> dict[str, str]:
    """Path within docs/ to what stands there."""
    return {
        "topics.md": topics_page(),
        "metrics.md": metrics_page(),
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        **{f"schemas/{name}.json": schema(model) for name, model in MESSAGES.items()},
        "schemas/document.v1.json": schema(Document),
    }


def topics_page() -> str:
    """shared/topics.py as a page."""
    lines = [
        "# Topics\n\n" + MADE,
        "Made by `babelwire topics apply`, which changes nothing that is right already. Auto-creation is off everywhere.\n",
        "| topic | holds | key | partitions | keeps | largest value | read by |",
        "|---|---|---|---|---|---|---|",
    ]
    readers = {topic.name: name for name, inputs in topics.INPUTS.items() for topic in inputs}
    for topic in topics.ALL:
        keeps = "the newest of each key" if topic.retention is None else _duration(topic.retention.total_seconds())
        reader = readers.get(topic.name, topic.name.partition(".retry")[0] if ".retry." in topic.name else "")
        cells = (f"`{topic.name}`", topic.holds, topic.key, topic.partitions, keeps, _size(topic.max_bytes), reader)
        lines.append(_row(cells))
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    """shared/telemetry/metrics.py as a page."""
    lines = [
        "# Metrics\n\n" + MADE,
        "Each service serves its own at `/metrics`. Counters end in `_total`; of histograms there are `_bucket`, `_sum` and",
        "`_count`. Times are in seconds, sizes in bytes.\n",
        "| metric | type | labels | meaning |",
        "|---|---|---|---|",
    ]
    for name, kind, labels, meaning in all_metrics():
        lines.append(_row((f"`{name}`", kind, ", ".join(f"`{label}`" for label in labels), meaning)))
    return "\n".join(lines) + "\n"


def all_metrics() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name, type, labels and meaning of each metric, in the order of metrics.py."""
    for collector in vars(metrics).values():
        if isinstance(collector, MetricWrapperBase):
            (family,) = collector.describe()
            name = family.name + ("_total" if family.type == "counter" else "")
            yield name, family.type, tuple(collector._labelnames), family.documentation


def settings_page() -> str:
    """Every setting of every part as a page."""
    lines = [
        "# Settings\n\n" + MADE,
        "Environment variables. Each may come from a file instead: `…_FILE` names it. A missing or impossible value stops",
        "the start with one line that names the variable. Services print their settings when they start, secrets redacted.",
    ]
    for module, title in SETTINGS:
        lines += ["", f"## {title}", "", "| variable | type | default | meaning |", "|---|---|---|---|"]
        for kind in settings_of(module):
            lines += [_row(cells) for cells in _settings(kind)]
    return "\n".join(lines) + "\n"


def settings_of(module: str) -> list[type[BaseSettings]]:
    """The settings classes that `module` defines, those without variables of their own left out."""
    found = vars(importlib.import_module(module)).values()
    return [
        kind
        for kind in found
        if isinstance(kind, type)
        and issubclass(kind, BaseSettings)
        and kind.__module__ == module
        and kind.model_config.get("env_prefix")
    ]


def commands_page() -> str:
    """The console as a page."""
    from console.main import app

    lines = ["# Commands\n\n" + MADE, "Exit status: 0 done, 1 not done or not well, 2 asked for wrongly."]
    for path, command in commands(typer.main.get_command(app), "babelwire"):
        context = command.context_class(command, info_name=path)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += ["", f"## {path}", "", f"    {path} {usage}".rstrip(), "", _plain(command.help or "")]
        records = [record for one in command.params if (record := one.get_help_record(context)) and one.name != "help"]
        if records:
            lines += [
                "",
                "| option | meaning |",
                "|---|---|",
                *(_row((f"`{name}`", _plain(said))) for name, said in records),
            ]
    return "\n".join(lines) + "\n"


def schema(model: type[BaseModel]) -> str:
    """The JSON Schema of a message's value (of a page: of its header)."""
    return json.dumps(model.model_json_schema(mode="serialization"), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Writes what is not yet so in `folder`; returns it."""
    changed = []
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _settings(kind: type[BaseSettings]) -> Iterator[tuple[str, str, str, str]]:
    for name, field in kind.model_fields.items():
        yield f"`{_variable(kind, name, field)}`", _type(field), _default(field), field.description or ""


def _variable(kind: type[BaseSettings], name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = str(alias.choices[0])
    return str(alias) if alias else variable(kind, name)


def _type(field: FieldInfo) -> str:
    kind: Any = field.annotation
    arms = [arm for arm in get_args(kind) if arm is not type(None)] if get_origin(kind) in (Union, UnionType) else [kind]
    return " or ".join(_type_name(arm) for arm in arms)


def _type_name(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        return _type_name(get_args(kind)[0])
    values = get_args(kind)
    if values and all(isinstance(value, str) for value in values):
        return ", ".join(f"`{value}`" for value in values)
    if kind is SecretStr:
        return "secret"
    known = {bool: "`true`, `false`", int: "whole number", float: "number", str: "text", Path: "path"}
    return known.get(kind, getattr(kind, "__name__", str(kind)))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "depends on the machine"
    if field.default in (None, ""):
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each command that does something, with how it is called."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    else:
        for name in below:
            yield from commands(below[name], f"{path} {name}")


def _plain(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


def _row(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:.0f} h" if seconds < 3 * 86400 else f"{seconds / 86400:.0f} d"


def _size(size: int) -> str:
    return f"{size // topics.KIB} KiB" if size < topics.MIB else f"{size / topics.MIB:g} MiB"


if __name__ == "__main__":
    for each in (
        *write(pages(), DOCS),
        *write(cluster.pages(), cluster.K8S),
        *write(grafana.pages(), grafana.DASHBOARDS),
        *write(materials.pages(), materials.FOLDER),
    ):
        print(each.relative_to(DOCS.parent))
