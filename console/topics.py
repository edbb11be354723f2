"""`babelwire topics …`: Kafka's topics as shared/topics.py lists them."""

from typing import Annotated

import typer

from console.terminal import tell

topics = typer.Typer(name="topics", no_args_is_help=True, help="Kafka's topics.")


@topics.callback()
def _topics() -> None:
    """Kafka's topics."""


@topics.command()
def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is not as it should be.")] = False,
) -> None:
    """Create the topics that are missing and set the settings of all; changes nothing that is as it should be.

    Example: babelwire topics apply
    """
    import asyncio

    from shared.kafka.admin import apply_topics
    from shared.kafka.inspection import inspect
    from shared.settings import Settings, load
    from shared.topics import ALL

    if dry_run:
        faults = asyncio.run(inspect(load(Settings))).faults
        for fault in faults:
            print(fault)
        tell(f"{len(faults)} differences; nothing was changed")
        return
    created = asyncio.run(apply_topics(load(Settings)))
    for name in created:
        print(name)
    tell(f"{len(created)} topics created, {len(ALL) - len(created)} were there")
