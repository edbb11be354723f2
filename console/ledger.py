"""`babelwire ledger …`: the ledger, where it has to be made again."""

import asyncio
from typing import Annotated

import typer

from console.terminal import out, tell

ledger = typer.Typer(name="ledger", no_args_is_help=True, help="The ledger of all URLs.")


@ledger.callback()
def _ledger() -> None:
    """The ledger of all URLs."""


@ledger.command()
def rebuild(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what it would be made from.")] = False,
) -> None:
    """Make the ledger again from the outcomes that Kafka keeps for ever and from the documents in the index.

    It adds what is missing and changes nothing that is right, so it may be done twice, and while everything runs. What was
    queued and had no outcome yet is found again by its feed.

    Example: babelwire ledger rebuild --dry-run
    """
    outcomes, documents = asyncio.run(_rebuild(dry_run))
    tell(f"{outcomes} outcomes, {documents} documents; {'nothing was changed' if dry_run else 'the ledger has them'}")


async def _rebuild(dry_run: bool) -> tuple[int, int]:
    from rich.progress import Progress

    from console.engines import search
    from shared.kafka.outcomes import read_outcomes
    from shared.search import rebuilding, templates
    from shared.search.ledger import Ledger

    counts = [0, 0]
    async with search() as (client, settings):
        books = Ledger(client)
        if not dry_run:
            await templates.apply(client, settings)  # the indices may have gone with what was in them
        console = out(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("outcomes", total=None)
            async for outcomes in read_outcomes(settings):
                if not dry_run:
                    await books.settle(outcomes)
                counts[0] += len(outcomes)
                progress.update(task, completed=counts[0])
            task = progress.add_task("documents", total=None)
            async for owners in rebuilding.documents(client):
                if not dry_run:
                    await rebuilding.restore(books, owners)
                counts[1] += len(owners)
                progress.update(task, completed=counts[1])
    return counts[0], counts[1]
