"""`babelwire models …`: the translation models on disk, and getting more of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.terminal import Refused, display, out, tell

if TYPE_CHECKING:
    from services.translator.download import Registry, Told
    from services.translator.models import Model
    from services.translator.registry import Offer
    from services.translator.settings import TranslatorSettings

TARGET = "en"
STAMP = "pulled.json"  # beside a model's files: which of the registry's models it is
Json = Annotated[bool, typer.Option("--json", help="As one JSON list.")]

models = typer.Typer(name="models", no_args_is_help=True, help="Translation models on disk: list, pull, import.")


@models.callback()
def _models() -> None:
    """Translation models on disk."""


@models.command("list")
def list_(
    as_json: Json = False,
    offered: Annotated[bool, typer.Option("--offered", help="What can be pulled instead; asks the registry.")] = False,
) -> None:
    """What can be translated, and where its model lies.

    Example: babelwire models list
    """
    from services.translator.models import available

    if offered:
        with _registry() as registry:
            _show([_offer(offer) for offer in _offers(registry)], as_json)
    else:
        _show([_entry(model) for model in available(_folder())], as_json)


@models.command()
def pull(
    languages: Annotated[list[str], typer.Argument(metavar="LANG…", help="Languages such as fr, de, zh.")],
    as_json: Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be fetched, and how much.")] = False,
) -> None:
    """Fetches the models from these languages to English, and examines them. What broke off goes on where it was.

    A running translator takes them up by itself, and articles that waited for them are translated. Behind a proxy set
    HTTPS_PROXY.

    Example: babelwire models pull fr de
    """
    from services.translator.placing import incoming, place
    from services.translator.registry import wanted

    pulled = []
    with _registry() as registry, _writable() as folder:
        offers = _offers(registry)
        chosen = {language: wanted(language, TARGET, offers) for language in dict.fromkeys(languages)}
        if missing := [language for language, offer in chosen.items() if offer is None]:
            raise Refused(f"the registry has no model from {', '.join(missing)} to {TARGET}; see `models list --offered`")
        for offer in chosen.values():
            assert offer
            if _is_here(offer, folder):
                tell(f"{offer.name} {offer.version}: is here already")
            elif dry_run:
                tell(f"{offer.name} {offer.version}: {offer.size / 2**20:.0f} MiB")
                continue
            else:
                ready = incoming(folder, f"{offer.name}-{offer.version}{offer.architecture and '-'}{offer.architecture}")
                _fetch(registry, offer, ready)
                (ready / STAMP).write_text(_stamp(offer))
                place(ready, folder, offer.name)
            pulled.append(folder / offer.name)
    _show_placed(pulled, as_json)


@models.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A folder or an archive (tar, zip) with one or more models.")],
    as_json: Json = False,
) -> None:
    """Takes over models from a folder or an archive, for machines without internet. Each lies in a folder named after its
    pair, such as pt-en.

    Example: babelwire models import models.tar.gz
    """
    from services.translator.placing import bring_in

    if not path.exists():
        raise Refused(f"{path} is not there")
    with _writable() as folder:
        placed = bring_in(path, folder)
    _show_placed(placed, as_json)


def _fetch(registry: "Registry", offer: "Offer", ready: Path) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    if not sys.stderr.isatty():
        tell(f"{offer.name} {offer.version} {offer.architecture}: {offer.size / 2**20:.0f} MiB")
        _fetched(registry, offer, ready, lambda name, size: None)
        return
    with Progress(
        "{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=out(stderr=True)
    ) as bars:
        tasks = {file.name: bars.add_task(file.name, total=file.size) for file in offer.files}
        _fetched(registry, offer, ready, lambda name, size: bars.update(tasks[name], completed=size))


def _fetched(registry: "Registry", offer: "Offer", ready: Path, told: "Told") -> None:
    from services.translator.download import Undelivered

    try:
        registry.fetch(offer, ready, told)
    except Undelivered as error:
        raise Refused(f"{offer.name}: {error}; what came so far is kept, and the same command goes on there") from error


def _offers(registry: "Registry") -> "list[Offer]":
    from services.translator.download import Undelivered

    try:
        return [offer for offer in registry.offers() if offer.trg == TARGET]
    except Undelivered as error:
        raise Refused(f"no registry: {error}") from error


def _registry() -> "Registry":
    from services.translator.download import Registry

    return Registry(translator_settings().registry)


def translator_settings() -> "TranslatorSettings":
    """As the translator of the native stack has them: where no setting names the models' folder, it is the stack's own."""
    from console.native.home import models_folder
    from console.native.settings import NativeSettings
    from services.translator.settings import TranslatorSettings
    from shared.settings import load

    found = load(TranslatorSettings)
    return found.model_copy(update={"models": found.models or models_folder(load(NativeSettings).home)})


def _folder() -> Path:
    folder = translator_settings().models
    assert folder
    return folder


@contextmanager
def _writable() -> Iterator[Path]:
    """The folder, for this command alone."""
    from services.translator.placing import Unusable, alone

    folder = _folder()
    try:
        with alone(folder):
            yield folder
    except Unusable as error:
        raise Refused(str(error)) from error


def _stamp(offer: "Offer") -> str:
    import json

    files = {file.name: file.sha256 for file in offer.files}
    return json.dumps({"version": offer.version, "architecture": offer.architecture, "files": files}, indent=1)


def _is_here(offer: "Offer", folder: Path) -> bool:
    stamp = folder / offer.name / STAMP
    return stamp.is_file() and stamp.read_text() == _stamp(offer)


def _show_placed(places: list[Path], as_json: bool) -> None:
    from services.translator.models import available

    _show([_entry(model) for model in available(_folder()) if model.path in places], as_json)


def _show(entries: list[dict[str, Any]], as_json: bool) -> None:
    import json

    from rich.table import Table

    if as_json:
        print(json.dumps(entries))
        return
    table = Table(*(entries[0] if entries else ()), box=None)
    for entry in entries:
        table.add_row(*(str(cell) for cell in entry.values()))
    display(table)


def _offer(offer: "Offer") -> dict[str, Any]:
    return {
        "from": offer.src, "to": offer.trg, "version": offer.version,
        "architecture": offer.architecture, "bytes": offer.size,
    }  # fmt: skip


def _entry(model: "Model") -> dict[str, Any]:
    size = sum(file.stat().st_size for file in model.path.iterdir() if file.is_file())
    return {"from": model.src, "to": model.trg, "version": model.version, "bytes": size, "path": str(model.path)}
