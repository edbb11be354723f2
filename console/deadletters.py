"""`babelwire dlq …`: the dead letters, to be read, and replayed once what killed them is mended."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.terminal import Refused, display, out, tell

if TYPE_CHECKING:
    from shared.kafka.deadletters import DeadLetter
    from shared.settings import Settings

REASON_SHOWN = 80
STEP = 50  # letters replayed between two looks at the progress

dlq = typer.Typer(name="dlq", no_args_is_help=True, help="Dead letters: list, show, replay.")
Stage = Annotated[str | None, typer.Option("--stage", help="Only of this consumer, such as fetcher.")]


async def letters(settings: "Settings", stage: str | None = None) -> "AsyncIterator[DeadLetter]":
    """All dead letters, or those of one consumer, one by one, for all together may be gigabytes; of each consumer the oldest
    first. Raises Unavailable; Refused for a stage there is not."""
    from shared.kafka.deadletters import read_dead_letters
    from shared.kafka.inspection import present
    from shared.topics import INPUTS, dead_letters

    if stage is not None and stage not in INPUTS:
        raise Refused(f"no stage is called {stage}: {', '.join(INPUTS)}")
    topics = await present(settings)
    consumers = [name for name in INPUTS if stage in (None, name) and dead_letters(name).name in topics]
    for consumer in consumers:
        async for letter in read_dead_letters(settings, consumer):
            yield letter


def summary(letter: "DeadLetter") -> dict[str, Any]:
    """A dead letter without its bytes. `id` is what `dlq show` and `dlq replay` take."""
    from shared.clock import iso

    told = {
        name.replace("-", "_"): letter.told(name)
        for name in ("error-type", "error", "attempt", "original-topic", "original-partition", "original-offset")
    }
    return {"id": identity(letter), "at": iso(letter.at), "stage": letter.consumer, "url_id": letter.url_id, **told}


def identity(letter: "DeadLetter") -> str:
    """`fetcher/12`: the stage and the offset."""
    return f"{letter.consumer}/{letter.offset}"


@dlq.command("list")
def list_(
    stage: Stage = None, as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False
) -> None:
    """Every dead letter with its reason, oldest first.

    Example: babelwire dlq list --stage fetcher
    """
    from rich.table import Table

    from shared.settings import Settings, load

    found = asyncio.run(_summaries(load(Settings), stage))
    if as_json:
        for entry in found:
            print(json.dumps(entry, ensure_ascii=False))
        return
    table = Table("id", "at", "attempt", "error", "url id", box=None)
    for entry in found:
        error = f"{entry['error_type']}: {entry['error']}"[:REASON_SHOWN]
        table.add_row(entry["id"], entry["at"], entry["attempt"], error, entry["url_id"])
    if found:
        display(table)
    tell(f"{len(found)} dead letters")


@dlq.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `dlq list` gives it, such as fetcher/12.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the original bytes, as they were.")] = False,
) -> None:
    """One dead letter, whole: what went wrong, the headers, the value.

    Example: babelwire dlq show extractor/3
    """
    import sys

    from shared.settings import Settings, load

    (found,) = asyncio.run(_chosen(load(Settings), [letter], None))
    if raw:
        sys.stdout.buffer.write(found.value or b"")
        return
    headers = {name: (value or b"").decode(errors="replace") for name, value in found.headers}
    value = (found.value or b"").decode(errors="replace")
    key = (found.key or b"").decode(errors="replace")
    print(json.dumps(summary(found) | {"key": key, "headers": headers, "value": value}, ensure_ascii=False, indent=2))


@dlq.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="As `dlq list` gives them; else all.")] = None,
    stage: Stage = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent where.")] = False,
) -> None:
    """Send dead letters back to the topics they came from, with their attempts counted anew.

    They stay among the dead letters for their 30 days; what is replayed twice changes nothing.

    Example: babelwire dlq replay --stage extractor --dry-run
    """
    from shared.settings import Settings, load

    settings = load(Settings)
    found = asyncio.run(_chosen(settings, ids, stage))
    for topic in sorted({letter.told("original-topic") for letter in found}):
        tell(f"{sum(letter.told('original-topic') == topic for letter in found)} to {topic}")
    if not found or dry_run:
        tell(f"{len(found)} dead letters; none sent")
        return
    if not yes and not typer.confirm(f"Replay {len(found)} dead letters?", err=True):
        raise Refused("nothing was sent")
    tell(f"{asyncio.run(_sent(settings, found))} dead letters replayed")


async def _summaries(settings: "Settings", stage: str | None) -> list[dict[str, Any]]:
    """The oldest first."""
    return sorted([summary(letter) async for letter in letters(settings, stage)], key=lambda entry: str(entry["at"]))


async def _sent(settings: "Settings", found: "list[DeadLetter]") -> int:
    from rich.progress import Progress

    from shared.kafka.deadletters import replay

    sent = 0
    with Progress(console=out(stderr=True), transient=True) as progress:
        task = progress.add_task("replaying", total=len(found))
        for first in range(0, len(found), STEP):
            sent += await replay(settings, found[first : first + STEP])
            progress.update(task, completed=sent)
    return sent


async def _chosen(settings: "Settings", ids: list[str] | None, stage: str | None) -> "list[DeadLetter]":
    """The letters named, or all of the stage. Raises Refused where one named is not there."""
    if not ids:
        found = [letter async for letter in letters(settings, stage) if letter.told("original-topic")]
        return sorted(found, key=lambda letter: letter.at)
    known = {identity(letter): letter async for letter in letters(settings, stage) if identity(letter) in ids}
    if missing := [name for name in ids if name not in known]:
        raise Refused(f"no dead letter {', '.join(missing)}; `babelwire dlq list` names them")
    return [known[name] for name in dict.fromkeys(ids)]
