"""`babelwire models …`: the translation models on disk."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.terminal import display

if TYPE_CHECKING:
    from services.translator.models import Model

models = typer.Typer(name="models", no_args_is_help=True, help="Translation models on disk.")


@models.callback()
def _models() -> None:
    """Translation models on disk."""


@models.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As one JSON list.")] = False) -> None:
    """What can be translated, and where its model lies.

    Example: babelwire models list
    """
    import json

    from rich.table import Table

    from services.translator.models import available
    from services.translator.settings import TranslatorSettings
    from shared.settings import load

    found = available(load(TranslatorSettings).models)
    if as_json:
        print(json.dumps([_entry(model) for model in found]))
        return
    table = Table("from", "to", "version", "MiB", "folder", box=None)
    for model in found:
        table.add_row(model.src, model.trg, model.version, f"{_bytes(model) / 2**20:.0f}", str(model.path))
    display(table)


def _entry(model: "Model") -> dict[str, str | int]:
    return {"from": model.src, "to": model.trg, "version": model.version, "bytes": _bytes(model), "path": str(model.path)}


def _bytes(model: "Model") -> int:
    return sum(file.stat().st_size for file in model.path.iterdir() if file.is_file())
