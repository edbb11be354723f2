"""The operator's command line: `babelwire …`.

Exit status: 0 done; 1 not done or not well, with one line why; 2 asked for wrongly, or a setting is impossible.
Commands import what is heavy when they run, so that `--help` answers at once.
"""

import errno
import logging
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from console.deadletters import dlq
from console.doctor import doctor
from console.extract import extract
from console.ledger import ledger
from console.models import models
from console.reindex import reindex
from console.replay import replay
from console.reports import reports
from console.sources import sources
from console.status import status
from console.takedown import takedown, takedowns
from console.terminal import Refused, tell
from console.topics import topics
from console.translate import translate
from console.trends import trends
from console.up import up
from console.why import why

# Where the address of what may be away is set.
ADDRESSES = {"kafka": "BABELWIRE_KAFKA_BOOTSTRAP", "opensearch": "BABELWIRE_OPENSEARCH_URL"}


class Commands(TyperGroup):
    """Ends a command in one line and status 1 for what is not a defect."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            line = told(error)
            if line is None:
                raise
            tell(f"babelwire: {line}", "red")
            raise typer.Exit(1) from None


app = typer.Typer(name="babelwire", cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)
for command in (up, status, why, reports, extract, translate, doctor, takedown, takedowns, reindex, replay):
    app.command()(command)
for group in (sources, models, dlq, topics, trends, ledger):
    app.add_typer(group)


@app.callback()
def _babelwire() -> None:
    """News from everywhere, in English."""
    # It complains of each attempt to connect; the command tells it in a line of its own.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())


def told(error: Exception) -> str | None:
    """The line that says what is wrong, or None for a defect, which deserves its traceback."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return None  # the reader of our output has gone; click ends quietly
    if not isinstance(error, expected()):
        return None
    line = " ".join(str(error).split()) or type(error).__name__
    hint = ADDRESSES.get(getattr(error, "what", ""))
    return f"{line}; is it running (`babelwire up`), and is {hint} right?" if hint else line


def expected() -> tuple[type[Exception], ...]:
    """What goes wrong without being a defect: an engine away, a page unreachable, a disk full, a setting without sense."""
    import httpx
    from opensearchpy.exceptions import OpenSearchException
    from pydantic_settings import SettingsError

    from shared.errors import BabelwireError

    return (BabelwireError, httpx.HTTPError, OpenSearchException, SettingsError, OSError)


if __name__ == "__main__":
    sys.exit(app())
