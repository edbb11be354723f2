"""`babelwire replay TOPIC --from TIME`: history run again."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from console.terminal import Refused, out, tell

_AGO = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def replay(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="Such as news.articles; not a retry topic or dead letters.")],
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="ISO 8601 (else UTC), or ago: 90m, 12h, 3d.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many messages would be sent.")] = False,
) -> None:
    """Send what has come to a topic since TIME to it once more, so that its consumers do their work again.

    Safe at any time: what is unchanged changes nothing, and what was taken down stays out. It queues behind what is waiting.

    Example: babelwire replay news.translated --from 12h --dry-run
    """
    from rich.progress import Progress

    from shared import clock
    from shared.kafka import replaying
    from shared.settings import Settings, load
    from shared.topics import INPUTS

    inputs = {one.name for topics in INPUTS.values() for one in topics}
    if topic not in inputs:
        raise Refused(f"nothing can be replayed from {topic}: {', '.join(sorted(inputs))}")
    settings, moment = load(Settings), moment_of(since, clock.now())
    wanted = asyncio.run(replaying.spans(settings, topic, moment))
    total = sum(end - begin for begin, end in wanted.values())
    tell(f"{total} messages in {topic} since {moment:%Y-%m-%d %H:%M:%S} UTC")
    if not total or dry_run:
        return
    if not yes and not typer.confirm("Send them again?", err=True):
        raise Refused("nothing was sent")

    async def send() -> int:
        done = 0
        with Progress(console=out(stderr=True), transient=True) as progress:
            task = progress.add_task("replaying", total=total)
            async for done in replaying.replay(settings, topic, wanted):
                progress.update(task, completed=min(done, total))
        return min(done, total)

    tell(f"{asyncio.run(send())} messages replayed")


def moment_of(given: str, now: datetime) -> datetime:
    """The time that `given` names. Raises Refused for none, and for one to come."""
    text = given.strip()
    if ago := _AGO.fullmatch(text):
        return (now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"no time: {given[:100]!r}; give 2026-11-03T09:00 (UTC), or 90m, 12h, 3d for so long ago") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment > now:
        raise Refused(f"{given} is still to come")
    return moment
